import type { Interpretation } from "../interpretation";
import { tooMany } from "./label-grid";
import type { Direction, Workload } from "../model";
import type { SequenceId } from "./pair-numbers";
import type { PodGroup } from "../matching/pod-groups";
import type { SelectorListId } from "./pod-kinds";
import type { Row } from "../rows/rows";
import type { TrialGround } from "./trial-ground";
import type { Place } from "./unlisted-places";

/** Pods of one place of whom policies of workloads speak with the same selectors: what those policies say to each is tried. */
export class Trial {
  /** One for each way to label them that the selectors tell apart. */
  told: readonly Workload[] | undefined;
  /** One that stands for all of them. */
  untold: Workload | undefined;
  /** Where the pods asked for stand in the rows of workloads. */
  readonly positions: { told?: Uint32Array; untold?: Uint32Array } = {};

  constructor(
    readonly place: Place,
    readonly selectors: SelectorListId,
    /** There are no more ways to label the pods than this. */
    readonly mostWays: number,
  ) {}
}

/** The pods that are tried with workloads in one direction. */
export class PodTrials {
  private readonly trials = new Map<Place, Map<SelectorListId, Trial>>();
  private readonly asked: Workload[] = [];
  private ends: readonly number[] | undefined;
  private readonly positions = new Map<number, number>();
  private readonly rows = new Map<Interpretation, Map<string, Row>>();

  constructor(
    private readonly ground: TrialGround,
    readonly direction: Direction,
  ) {}

  at(place: Place, selectors: SelectorListId): Trial {
    const trials = this.trials.get(place) ?? new Map<SelectorListId, Trial>();
    if (trials.size === 0) this.trials.set(place, trials);
    const known = trials.get(selectors) ?? new Trial(place, selectors, this.ground.lists.mostWays(selectors));
    trials.set(selectors, known);
    return known;
  }

  /** Asks for the pods of a trial; `isOne`: for the one that stands for all. */
  ask(trial: Trial, isOne: boolean): void {
    if ((isOne ? trial.untold : trial.told) !== undefined) return;
    const { axes, choices } = this.ground.lists.waysToLabel(trial.selectors);
    if (isOne) this.asked.push((trial.untold = this.ground.pods.pod(trial.place, {}, this.direction, tooMany(axes))));
    else {
      trial.told = (choices ?? []).map(({ labels }) => this.ground.pods.pod(trial.place, labels, this.direction));
      this.asked.push(...trial.told);
    }
  }

  /** What policies of a class of workloads say of the pods asked for, in one reading. */
  row(interpretation: Interpretation, group: PodGroup): Row {
    const rows = this.rows.get(interpretation) ?? new Map<string, Row>();
    if (rows.size === 0) this.rows.set(interpretation, rows);
    const signature = interpretation.signatureOf(group, this.direction);
    const known = rows.get(signature) ?? interpretation.rowAt(group, this.direction, this.places());
    rows.set(signature, known);
    return known;
  }

  /** What rows say of the pods of a trial, pod by pod and in the order of the rows, after `head`. */
  answersOf(trial: Trial, isOne: boolean, rows: readonly Row[], head: SequenceId): SequenceId {
    const { sequences, answers } = this.ground;
    let list = head;
    for (const position of this.positionsOf(trial, isOne)) {
      for (const { certain, possible } of rows) {
        const atMost = possible.at(position);
        list = sequences.append(list, answers.of(certain === possible ? atMost : certain.at(position), atMost));
      }
    }
    return list;
  }

  private positionsOf(trial: Trial, isOne: boolean): Uint32Array {
    this.places();
    const pods = isOne ? (trial.untold === undefined ? [] : [trial.untold]) : (trial.told ?? []);
    return (trial.positions[isOne ? "untold" : "told"] ??= Uint32Array.from(
      pods,
      (pod) => this.positions.get(this.ground.pods.groupOf(pod).index) as number,
    ));
  }

  /** The places of all pods among all ends. */
  private places(): readonly number[] {
    if (this.ends !== undefined) return this.ends;
    this.ends = [...new Set(this.asked.map((pod) => this.ground.pods.groupOf(pod).index))].sort((a, b) => a - b);
    for (const [position, place] of this.ends.entries()) this.positions.set(place, position);
    return this.ends;
  }
}
