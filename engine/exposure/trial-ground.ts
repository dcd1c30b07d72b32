import { AnswerTable } from "./answer-table";
import { type Evaluation, update } from "../evaluation";
import { type Direction, type Labels, type Unknown, unknown, type Workload } from "../model";
import { Sequences } from "./pair-numbers";
import type { PodGroup } from "../matching/pod-groups";
import { SelectorLists } from "./pod-kinds";
import { namespaceOf, type Place } from "./unlisted-places";

/** What all trials of made-up pods have in common. First pods are asked for, and workloads; then there are answers. */
export class TrialGround {
  readonly lists = new SelectorLists();
  readonly sequences = new Sequences();
  readonly pods: TrialPods;
  private readonly workloads: Workload[] = [];
  private answerTable: AnswerTable | undefined;
  private classes: readonly number[] | undefined;
  private readonly positions = new Map<number, number>();

  constructor(readonly evaluation: Evaluation) {
    this.pods = new TrialPods(evaluation);
  }

  /** The policies of pods are to say what they let through with this workload. */
  askFor(workload: Workload): void {
    this.workloads.push(workload);
  }

  get answers(): AnswerTable {
    return (this.answerTable ??= new AnswerTable(this.pods.evaluation.table));
  }

  groupsOf(workload: Workload): readonly PodGroup[] {
    return this.pods.evaluation.universe.groups.ofWorkload(workload);
  }

  /** The classes of all workloads that were asked for, by their place among all ends. */
  get subjects(): readonly number[] {
    if (this.classes !== undefined) return this.classes;
    const places = new Set(this.workloads.flatMap((workload) => this.groupsOf(workload).map(({ index }) => index)));
    this.classes = [...places].sort((a, b) => a - b);
    for (const [position, place] of this.classes.entries()) this.positions.set(place, position);
    return this.classes;
  }

  /** Where a class stands among those. */
  positionOf({ index }: PodGroup): number {
    const position = this.subjects.length === 0 ? undefined : this.positions.get(index);
    if (position === undefined) throw new RangeError("a workload must be planned before it is asked for");
    return position;
  }
}

/** Pods that exist in no input, made up to see what they would get: further workloads of a copy of the cluster, in further namespaces. */
export class TrialPods {
  private readonly byPlace = new Map<Place, Map<string, Workload>>();
  private readonly workloads: Workload[] = [];
  private extended: Evaluation | undefined;

  constructor(private readonly original: Evaluation) {}

  /**
   * The pod of these labels at a place, the same one each time; all are asked for before the first answer. Seen in `direction` from the ends
   * it is tried with. `unknownLabels`: it stands for pods of all labels.
   */
  pod(place: Place, labels: Labels, direction: Direction, unknownLabels?: Unknown): Workload {
    const pods = this.byPlace.get(place) ?? new Map<string, Workload>();
    if (pods.size === 0) this.byPlace.set(place, pods);
    const key = `${direction} ${labelsText(labels)} ${unknownLabels === undefined ? "" : JSON.stringify(unknownLabels)}`;
    const known = pods.get(key);
    if (known !== undefined) return known;
    const pod = newPod(`unlisted-${String(this.workloads.length)}`, place, labels, direction, unknownLabels);
    pods.set(key, pod);
    this.workloads.push(pod);
    return pod;
  }

  /** The copy of the cluster in which the pods are. */
  get evaluation(): Evaluation {
    return (this.extended ??= this.extend());
  }

  /** What stands for the pod among all ends. */
  groupOf(pod: Workload): PodGroup {
    const [group] = this.evaluation.universe.groups.ofWorkload(pod);
    if (group === undefined) throw new RangeError("a pod to try must be asked for before the first answer");
    return group;
  }

  /** One of them; absent where none was asked for. */
  get anyGroup(): PodGroup | undefined {
    const [first] = this.workloads;
    return first === undefined ? undefined : this.groupOf(first);
  }

  private extend(): Evaluation {
    const { cluster } = this.original;
    const future = [...this.byPlace.keys()].filter((place) => place.future !== undefined);
    const namespaces = new Map(future.map((place) => [JSON.stringify(place), namespaceOf(place)]));
    return update(this.original, {
      ...cluster,
      namespaces: [...cluster.namespaces, ...namespaces.values()],
      workloads: [...cluster.workloads, ...this.workloads],
    });
  }
}

/** Labels come from few objects, met again and again. */
const texts = new WeakMap<Labels, string>();

function labelsText(labels: Labels): string {
  const text = texts.get(labels) ?? JSON.stringify(labels);
  texts.set(labels, text);
  return text;
}

/** A pod that is in no input. Names of ports are resolved on the destination, and a pod nobody listed may call any port by any name. */
export const newPod = (
  name: string,
  { namespace }: Place,
  labels: Labels,
  direction: Direction,
  unknownLabels: Unknown | undefined,
): Workload => ({
  kind: "Pod",
  namespace,
  name,
  labels,
  ports: [],
  hostNetwork: false,
  ...(unknownLabels === undefined ? {} : { unknownLabels }),
  ...(direction === "egress" ? { unknownPorts: unknown("the ports of a pod that is not in the input") } : {}),
});
