/** One thing that is so at an end. */
export type Mark =
  /** A block of the table holds its address. */
  | { readonly kind: "held"; readonly key: number }
  /** A rule names it by its own address: certainly, or perhaps. */
  | { readonly kind: "named" | "perhaps named"; readonly contribution: number }
  /** It is a pod of which no address is known, or none of the family in question. */
  | { readonly kind: "address unknown" | "no address" };

/** Stands for a list of marks: equal numbers, equal lists. */
export type StateId = number;

/** Lists of marks that ends can have, each kept once, so that a row can say which list each end has. */
export class EndStates {
  readonly start: StateId = 0;
  private readonly lists: (readonly Mark[])[] = [[]];
  private readonly next = new Map<string, StateId>();

  marks(state: StateId): readonly Mark[] {
    return this.lists[state] as readonly Mark[];
  }

  /** The list with one more mark. */
  with(state: StateId, mark: Mark): StateId {
    const key = `${String(state)} ${mark.kind} ${"key" in mark ? String(mark.key) : "contribution" in mark ? String(mark.contribution) : ""}`;
    const known = this.next.get(key);
    if (known !== undefined) return known;
    this.lists.push([...this.marks(state), mark]);
    this.next.set(key, this.lists.length - 1);
    return this.lists.length - 1;
  }
}
