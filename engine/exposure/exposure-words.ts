import type { AnswerTable } from "./answer-table";
import type { Verdict } from "../decision";
import { type Evaluation, update } from "../evaluation";
import type { UnlistedExposure, Witness } from "./exposure";
import type { Entry, Sample } from "./exposure-cover";
import type { CubeTable } from "./label-cubes";
import type { Flow, Value } from "../model";
import type { Connections } from "../reachability";
import { newPod } from "./trial-pods";
import type { Plan } from "./trial-plans";
import { nameOf, namespaceOf, type Place } from "./unlisted-places";
import { verdict } from "../verdict";

/** Says what was found out in terms of the model. */
export class ExposureWords {
  constructor(
    private readonly evaluation: Evaluation,
    private readonly answers: AnswerTable,
    private readonly cubes: CubeTable,
    private readonly presentCount: number,
  ) {}

  private readonly names = new WeakMap<readonly Place[], readonly Value<string>[]>();

  of({ present, future, cube, answer, sample }: Entry, plan: Plan): UnlistedExposure {
    const connections = this.answers.words(answer);
    return {
      namespaces: {
        present: present.length === this.presentCount ? "all" : this.namesOf(present),
        ...(future === undefined ? {} : { future: this.cubes.selector(future) }),
      },
      pods: this.cubes.selector(cube),
      connections,
      witness: witnessOf(this.evaluation, sample, connections, plan),
      ...(sample.approximate === undefined ? {} : { approximate: sample.approximate }),
    };
  }

  /** One list of names for one list of places. */
  private namesOf(places: readonly Place[]): readonly Value<string>[] {
    const names = this.names.get(places) ?? places.map(({ namespace }) => namespace);
    this.names.set(places, names);
    return names;
  }
}

function witnessOf(evaluation: Evaluation, sample: Sample, connections: Connections, plan: Plan): Witness {
  const { place, labels } = sample;
  const flow = firstOf(connections);
  let found: Verdict | undefined;
  return {
    namespace: nameOf(place),
    namespaceLabels: place.labels,
    labels,
    flow,
    // Most readers never ask why: reasons take as long to find as all the rest.
    get verdict(): Verdict {
      return (found ??= verdictOn(evaluation, sample, flow, plan));
    },
  };
}

/** Puts the pod into the cluster and asks. */
function verdictOn(
  evaluation: Evaluation,
  { place, labels, approximate }: Sample,
  flow: Pick<Flow, "protocol" | "port">,
  { workload, direction }: Plan,
): Verdict {
  const { cluster } = evaluation;
  const pod = newPod("unlisted", place, labels, direction, approximate);
  const extended = update(evaluation, {
    ...cluster,
    namespaces: place.future === undefined ? cluster.namespaces : [...cluster.namespaces, namespaceOf(place)],
    workloads: [...cluster.workloads, pod],
  });
  const [subject, other] = [workload, pod].map((each) => ({ kind: "workload", workload: each }) as const) as [Flow["from"], Flow["to"]];
  const ends = direction === "egress" ? { from: subject, to: other } : { from: other, to: subject };
  return verdict(extended, { ...ends, ...flow });
}

/** The first connection that is certain, else the first that is possible. */
function firstOf({ certain, possible }: Connections): Pick<Flow, "protocol" | "port"> {
  const first = certain.first ?? possible.first;
  if (first === undefined) throw new RangeError("an entry without connections says nothing");
  return first;
}
