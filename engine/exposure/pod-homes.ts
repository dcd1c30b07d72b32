import type { Interpretation } from "../interpretation";
import { tooMany } from "./label-grid";
import { type Direction, isUnknown, type Workload } from "../model";
import type { SequenceId } from "./pair-numbers";
import { Partition } from "../rows/partition";
import type { SelectorListId } from "./pod-kinds";
import type { Row } from "../rows/rows";
import type { TrialGround } from "./trial-ground";
import type { Place } from "./unlisted-places";

/** The pods of one place, tried in one direction: what their own policies say to workloads. */
export class PodHome {
  /** One for each way to label them that their own policies tell apart. */
  private told: readonly Workload[] | undefined;
  /** One that stands for all of them. */
  private untold: Workload | undefined;
  /** Whether the pods may be in any namespace. */
  readonly isAnywhere: boolean;
  /** There are no more ways to label them than this. */
  readonly mostWays: number;
  private readonly toldClasses = new Map<Interpretation, Partition>();
  private readonly untoldClasses = new Map<Interpretation, Partition>();

  constructor(
    /** Where they are tried. */
    private readonly place: Place,
    private readonly direction: Direction,
    readonly subjects: SelectorListId,
    private readonly ground: TrialGround,
  ) {
    this.isAnywhere = isUnknown(place.namespace);
    this.mostWays = ground.lists.mostWays(subjects);
  }

  /** Asks for the pods; `isOne`: for the one that stands for all. */
  ask(isOne: boolean): void {
    const { lists, pods } = this.ground;
    const { axes, choices } = lists.waysToLabel(this.subjects);
    if (isOne) this.untold ??= pods.pod(this.place, {}, this.direction, tooMany(axes));
    else this.told ??= (choices ?? []).map(({ labels }) => pods.pod(this.place, labels, this.direction));
  }

  /**
   * What the policies of all pods asked for say to each class of workloads: the sequence of their answers, in the order of the ways to label,
   * after one number that tells by which selectors they are labelled.
   */
  classes(interpretation: Interpretation, isOne: boolean): Partition {
    const classes = isOne ? this.untoldClasses : this.toldClasses;
    const known = classes.get(interpretation) ?? this.classify(interpretation, isOne);
    classes.set(interpretation, known);
    return known;
  }

  private classify(interpretation: Interpretation, isOne: boolean): Partition {
    const { pods, sequences, subjects } = this.ground;
    const asked = isOne ? (this.untold === undefined ? [] : [this.untold]) : (this.told ?? []);
    // Pods under the same policies have one row.
    const rows = new Map<string, Partition>();
    const opposite = this.direction === "ingress" ? "egress" : "ingress";
    return asked.reduce(
      (all, pod) => {
        const group = pods.groupOf(pod);
        const signature = interpretation.signatureOf(group, opposite);
        const answers = rows.get(signature) ?? this.answersIn(interpretation.rowAt(group, opposite, subjects));
        rows.set(signature, answers);
        return all.zip(answers, (list, answer) => sequences.append(list, answer));
      },
      Partition.constant(subjects.length, sequences.of([2 * this.subjects + Number(isOne)])),
    );
  }

  private answersIn({ certain, possible }: Row): Partition {
    const { answers } = this.ground;
    return certain === possible
      ? possible.map((id) => answers.of(id, id))
      : certain.zip(possible, (atLeast, atMost) => answers.of(atLeast, atMost));
  }
}

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
