import { type Evaluation, evaluate } from "../evaluation";
import type { PodGroup } from "../matching/pod-groups";
import { type Direction, type Labels, type Unknown, unknown, type Workload } from "../model";
import { namespaceOf, type Place } from "./unlisted-places";

/** Pods that exist in no input, made up to see what they would get: further workloads of a copy of the cluster, in further namespaces. */
export class TrialPods {
  private readonly workloads = new Map<string, Workload>();
  private readonly places = new Map<Place, number>();
  private extended: Evaluation | undefined;

  constructor(private readonly original: Evaluation) {}

  /**
   * The pod of these labels at a place, the same one each time; all are asked for before the first answer. Seen in `direction` from the ends
   * it is tried with. `unknownLabels`: it stands for pods of all labels.
   */
  pod(place: Place, labels: Labels, direction: Direction, unknownLabels?: Unknown): Workload {
    const key = `${direction} ${String(this.numberOf(place))} ${labelsText(labels)} ${JSON.stringify(unknownLabels)}`;
    const known = this.workloads.get(key) ?? newPod(`unlisted-${String(this.workloads.size)}`, place, labels, direction, unknownLabels);
    this.workloads.set(key, known);
    return known;
  }

  /** Tells places apart. */
  numberOf(place: Place): number {
    const number = this.places.get(place) ?? this.places.size;
    this.places.set(place, number);
    return number;
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

  /** One of them. */
  get anyGroup(): PodGroup {
    const [first] = this.workloads.values();
    if (first === undefined) throw new RangeError("without a pod there is nothing to try");
    return this.groupOf(first);
  }

  private extend(): Evaluation {
    const { cluster, profile } = this.original;
    const future = [...this.places.keys()].filter((place) => place.future !== undefined);
    const namespaces = new Map(future.map((place) => [JSON.stringify(place), namespaceOf(place)]));
    return evaluate(
      {
        ...cluster,
        namespaces: [...cluster.namespaces, ...namespaces.values()],
        workloads: [...cluster.workloads, ...this.workloads.values()],
      },
      profile,
    );
  }
}

/** Labels come from few objects, met again and again. */
const texts = new WeakMap<Labels, string>();

function labelsText(labels: Labels): string {
  const text = texts.get(labels) ?? JSON.stringify(labels);
  texts.set(labels, text);
  return text;
}

const newPod = (
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
  // Names of ports are resolved on the destination, and a pod nobody listed may call any port by any name.
  ...(direction === "egress" ? { unknownPorts: unknown("the ports of a pod that is not in the input") } : {}),
});
