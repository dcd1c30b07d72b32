import type { Interpretation } from "../interpretation";
import type { SequenceId } from "./pair-numbers";
import type { PodHome } from "./pod-homes";

/**
 * What pods' policies say to workloads, turned round. A home says what its pods let through with each class of workloads; here a class finds
 * what is said at each place.
 */
export class TurnedHomes {
  /** By place: what is said to classes that the place does not list. */
  private readonly rests: Uint32Array;
  /** The entries of class s are those from `starts[s]` up to, not including, `starts[s + 1]`. */
  private readonly starts: Uint32Array;
  private readonly places: Uint32Array;
  private readonly lists: Uint32Array;

  constructor(homes: readonly PodHome[], interpretation: Interpretation, classes: number) {
    const said = homes.map((home) => home.classes(interpretation, false));
    this.rests = Uint32Array.from(said, ({ rest }) => rest);
    this.starts = new Uint32Array(classes + 1);
    for (const { members } of said) for (const member of members) this.starts[member + 1] = (this.starts[member + 1] as number) + 1;
    for (let i = 1; i <= classes; i++) this.starts[i] = (this.starts[i] as number) + (this.starts[i - 1] as number);
    const entries = this.starts[classes] as number;
    this.places = new Uint32Array(entries);
    this.lists = new Uint32Array(entries);
    const next = this.starts.slice();
    for (const [place, { members, values }] of said.entries()) {
      for (let i = 0; i < members.length; i++) {
        const member = members[i] as number;
        const at = next[member] as number;
        next[member] = at + 1;
        this.places[at] = place;
        this.lists[at] = values[i] as number;
      }
    }
  }

  /** What is said to one class, by place. */
  sayTo(subject: number, lists: Uint32Array): void {
    lists.set(this.rests);
    const end = this.starts[subject + 1] as number;
    for (let at = this.starts[subject] as number; at < end; at++) lists[this.places[at] as number] = this.lists[at] as SequenceId;
  }
}
