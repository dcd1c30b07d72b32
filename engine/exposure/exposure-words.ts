import type { AnswerId, AnswerTable } from "./answer-table";
import type { Verdict } from "../decision";
import { type Evaluation, update } from "../evaluation";
import type { UnlistedExposure, Witness } from "./exposure";
import type { Entry, Sample } from "./exposure-cover";
import type { CubeTable } from "./label-cubes";
import type { Flow, Labels, Value } from "../model";
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

  private readonly flows = new Map<AnswerId, Pick<Flow, "protocol" | "port">>();
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
      witness: new SampleWitness(this.evaluation, sample, this.firstOf(answer, connections), plan),
      ...(sample.approximate === undefined ? {} : { approximate: sample.approximate }),
    };
  }

  private firstOf(answer: AnswerId, connections: Connections): Pick<Flow, "protocol" | "port"> {
    const first = this.flows.get(answer) ?? firstOf(connections);
    this.flows.set(answer, first);
    return first;
  }

  /** One list of names for one list of places. */
  private namesOf(places: readonly Place[]): readonly Value<string>[] {
    const names = this.names.get(places) ?? places.map(({ namespace }) => namespace);
    this.names.set(places, names);
    return names;
  }
}

/** The pod of a sample, and what it gets first. Most readers never ask why: reasons take longer to find than all the rest. */
class SampleWitness implements Witness {
  readonly namespace: Value<string>;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
  private found: Verdict | undefined;

  constructor(
    private readonly evaluation: Evaluation,
    private readonly sample: Sample,
    readonly flow: Pick<Flow, "protocol" | "port">,
    private readonly plan: Plan,
  ) {
    this.namespace = nameOf(sample.place);
    this.namespaceLabels = sample.place.labels;
    this.labels = sample.labels;
  }

  get verdict(): Verdict {
    return (this.found ??= verdictOn(this.evaluation, this.sample, this.flow, this.plan));
  }
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
