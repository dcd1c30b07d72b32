import type { AnswerId, AnswerTable } from "./answer-table";
import type { Verdict } from "../decision";
import { type Evaluation, update } from "../evaluation";
import type { NamespaceScope, UnlistedExposure, Witness } from "./exposure";
import type { AnswerAt, Entry } from "./exposure-cover";
import type { CubeId, CubeTable } from "./label-cubes";
import type { Flow, Labels, Value } from "../model";
import type { Connections } from "../reachability";
import { newPod } from "./trial-ground";
import type { Plan } from "./trial-plans";
import { nameOf, namespaceOf, type Place } from "./unlisted-places";
import { verdict } from "../verdict";

/** Says what was found out in terms of the model: one object for what is said again and again. */
export class ExposureWords {
  private readonly scopes = new Map<readonly number[], Map<CubeId | undefined, NamespaceScope>>();
  private readonly flows = new Map<AnswerId, Pick<Flow, "protocol" | "port">>();

  constructor(
    private readonly evaluation: Evaluation,
    private readonly answers: AnswerTable,
    private readonly cubes: CubeTable,
    private readonly present: readonly Place[],
  ) {}

  /** What an entry says of the workload of a plan. Only the witness depends on which one that is. */
  of({ present, future, cube, answer, example, kind }: Entry, plan: Plan): UnlistedExposure {
    const { approximate } = example.answer.alike;
    const connections = this.answers.words(answer);
    return {
      namespaces: this.scope(present, future),
      pods: this.cubes.selector(cube),
      connections,
      witness: new ExampleWitness(this.evaluation, plan, example, kind, this.firstOf(answer, connections)),
      ...(approximate === undefined ? {} : { approximate }),
    };
  }

  private scope(places: readonly number[], future: CubeId | undefined): NamespaceScope {
    const scopes = this.scopes.get(places) ?? new Map<CubeId | undefined, NamespaceScope>();
    if (scopes.size === 0) this.scopes.set(places, scopes);
    const [like] = scopes.values();
    const present = like?.present ?? this.namesOf(places);
    const scope = scopes.get(future) ?? { present, ...(future === undefined ? {} : { future: this.cubes.selector(future) }) };
    scopes.set(future, scope);
    return scope;
  }

  private namesOf(places: readonly number[]): NamespaceScope["present"] {
    return places.length === this.present.length ? "all" : places.map((number) => (this.present[number] as Place).namespace);
  }

  private firstOf(answer: AnswerId, connections: Connections): Pick<Flow, "protocol" | "port"> {
    const first = this.flows.get(answer) ?? firstOf(connections);
    this.flows.set(answer, first);
    return first;
  }
}

/** One pod of a kind, and what it gets first. Most readers never ask why: reasons take longer to find than all the rest. */
class ExampleWitness implements Witness {
  private found: Verdict | undefined;

  constructor(
    private readonly evaluation: Evaluation,
    private readonly plan: Plan,
    private readonly example: AnswerAt,
    private readonly kind: number,
    readonly flow: Pick<Flow, "protocol" | "port">,
  ) {}

  get namespace(): Value<string> {
    return nameOf(this.example.place);
  }

  get namespaceLabels(): Labels {
    return this.example.place.labels;
  }

  get labels(): Labels {
    return this.example.answer.samples[this.kind] ?? {};
  }

  get verdict(): Verdict {
    return (this.found ??= this.verdictAnew());
  }

  /** Puts the pod into the cluster and asks. */
  private verdictAnew(): Verdict {
    const { cluster } = this.evaluation;
    const { workload, direction } = this.plan;
    const { place, answer } = this.example;
    const pod = newPod("unlisted", place, this.labels, direction, answer.alike.approximate);
    const extended = update(this.evaluation, {
      ...cluster,
      namespaces: place.future === undefined ? cluster.namespaces : [...cluster.namespaces, namespaceOf(place)],
      workloads: [...cluster.workloads, pod],
    });
    const [subject, other] = [workload, pod].map((each) => ({ kind: "workload", workload: each }) as const) as [Flow["from"], Flow["to"]];
    const ends = direction === "egress" ? { from: subject, to: other } : { from: other, to: subject };
    return verdict(extended, { ...ends, ...this.flow });
  }
}

/** The first connection that is certain, else the first that is possible. */
function firstOf({ certain, possible }: Connections): Pick<Flow, "protocol" | "port"> {
  const first = certain.first ?? possible.first;
  if (first === undefined) throw new RangeError("an entry without connections says nothing");
  return first;
}
