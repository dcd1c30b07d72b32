import type { Evaluation } from "../evaluation";
import { shown, type Workload } from "../model";
import type { ConnectionSet } from "../sets/connection-set";
import type { WrittenRule } from "./policy-rules";
import { selectedPods, workloadsIn } from "./selected-pods";

/** Workloads that are exposed, and on which ports. */
export interface Exposed {
  readonly workloads: readonly Workload[];
  /** @default whatever a rule that the finding names opens */
  readonly connections?: ConnectionSet;
}

/**
 * The key of a finding that exposes something: whoever accepts it, in a baseline or by its fingerprint, accepts these workloads and these ports,
 * and nothing that comes later.
 *
 * @param content what else tells the finding apart from others of its rule and subject.
 */
export function exposedKey(content: readonly string[], exposed: readonly Exposed[]): string {
  const ports = new Map<string, ConnectionSet | undefined>();
  for (const { workloads, connections } of exposed) {
    for (const workload of workloads) {
      const name = `${workload.kind} ${shown(workload.namespace)}/${shown(workload.name)}`;
      const known = ports.get(name);
      ports.set(name, connections === undefined ? known : (known?.union(connections) ?? connections));
    }
  }
  const lines = [...ports].map(([name, open]) => (open === undefined ? name : `${name} ${open.toString()}`)).sort();
  return JSON.stringify([...content, lines]);
}

/** The key of a finding about one rule of a policy: it exposes the pods that the policy selects, on the ports of the rule. */
export const ruleKey = (evaluation: Evaluation, { direction, place, rule }: WrittenRule, content: readonly string[]): string =>
  exposedKey([direction, ...content, JSON.stringify(rule.ports)], [{ workloads: selectedBy(evaluation, place) }]);

const known = new WeakMap<Evaluation, Map<number, readonly Workload[]>>();

/** Asked for by every rule of a policy. */
function selectedBy(evaluation: Evaluation, place: number): readonly Workload[] {
  const byPlace = known.get(evaluation) ?? new Map<number, readonly Workload[]>();
  known.set(evaluation, byPlace);
  const found = byPlace.get(place) ?? workloadsIn(evaluation, selectedPods(evaluation).ofPolicy(place));
  byPlace.set(place, found);
  return found;
}
