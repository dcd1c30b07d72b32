import type { Namespace, PodsEnd, Value } from "../model";
import { namespaceAnswer } from "./label-region";

/** The namespaces of a cluster, sorted by what some ends say of them. */
export class NamespaceKinds {
  readonly names: readonly Value<string>[];
  private readonly byName: ReadonlyMap<Value<string>, Namespace>;
  private readonly kinds = new Map<Namespace, string>();
  /** What was found before: many entries share a list. */
  private readonly known = new Map<"all" | readonly Value<string>[], readonly Namespace[]>();

  constructor(
    private readonly namespaces: readonly Namespace[],
    ends: readonly PodsEnd[],
  ) {
    this.names = namespaces.map(({ name }) => name);
    this.byName = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
    for (const namespace of namespaces) this.kinds.set(namespace, ends.map((end) => namespaceAnswer(namespace, end)).join());
  }

  /** One namespace of each kind that is among those of these names. */
  among(names: "all" | readonly Value<string>[]): readonly Namespace[] {
    const known = this.known.get(names);
    if (known !== undefined) return known;
    const listed = names === "all" ? this.namespaces : names.flatMap((name) => this.byName.get(name) ?? []);
    const found = [...new Map(listed.map((namespace) => [this.kinds.get(namespace), namespace])).values()];
    this.known.set(names, found);
    return found;
  }
}
