import { evaluateChange } from "../engine";
import { diff } from "../engine/diff/diff";
import type { Cluster, NetworkPolicy, Workload } from "../engine/model";
import { generateCluster, type Size } from "./generator";
import { allPairs, best, type Measurement, number, withOneEdit, withRelabelledNamespace, withRelabelledWorkload } from "./scenarios";

/** What a change under review is like, and how the table tells of it. */
interface Change {
  readonly about: string;
  /** What `about` sums up. @default it says everything */
  readonly detail?: string;
  readonly before: Cluster;
  readonly after: Cluster;
}

/** One policy in a hundred opens another port. */
function otherPorts(before: Cluster): Change {
  const after = every(100, before.policies.length).reduce(withOneEdit, before);
  return { about: "1 policy in 100 edited", before, after };
}

/** Policies, workloads and namespaces that come, go and change, with a block of addresses and a label that no policy spoke of. */
function mixed(before: Cluster): Change {
  const edits: readonly ((cluster: Cluster) => Cluster)[] = [
    ...every(500, before.policies.length).map((place) => (so: Cluster) => withOneEdit(so, place)),
    ...every(1_000, before.policies.length).map((place) => (so: Cluster) => withoutEgress(so, place + 7)),
    ...every(1_000, before.workloads.length).map((place) => (so: Cluster) => withRelabelledWorkload(so, place + 3)),
    (so) => withRelabelledNamespace(so, 17),
    (so) => ({ ...so, workloads: [...so.workloads.slice(0, -5), ...newcomers(so)] }),
    (so) => ({ ...so, policies: [...so.policies.slice(5), newPolicy(so)] }),
  ];
  const detail =
    "20 policies edited, 10 isolate egress, 5 gone, 1 new with a new block and label; 10 workloads and 1 namespace relabelled, 5 gone, 5 new";
  return { about: "changes of every kind", detail, before, after: edits.reduce((so, edit) => edit(so), before) };
}

const every = (step: number, length: number): readonly number[] => Array.from({ length: Math.ceil(length / step) }, (_, at) => at * step);

const withoutEgress = (cluster: Cluster, place: number): Cluster => ({
  ...cluster,
  policies: cluster.policies.map((policy, at): NetworkPolicy => (at === place ? { ...policy, egress: [] } : policy)),
});

const newcomers = ({ workloads }: Cluster): readonly Workload[] =>
  workloads.slice(0, 5).map((workload, at) => ({ ...workload, name: `new-${String(at)}` }));

const newPolicy = ({ namespaces }: Cluster): NetworkPolicy => ({
  namespace: namespaces[3]?.name ?? "ns-3",
  name: "new",
  subject: { matchLabels: { release: "canary" } },
  ingress: [{ peers: [{ kind: "ipBlock", cidr: "203.0.113.64/27", except: [] }], ports: "any" }],
});

/**
 * What differs between two clusters which share no object, as when both were read: from the parsed models, both evaluations included. The
 * targets are multiples of one whole evaluation in the same process.
 */
export function measureDiff(size: Size): readonly Measurement[] {
  const before = generateCluster(size);
  const one = best(4, () => allPairs(before)).milliseconds;
  const changes = [otherPorts(before), mixed(before)];
  return [...changes.map((change) => measureChange(change, one, 2)), measureDiffAlone(otherPorts(before), one)];
}

/** The same for clusters that have names in common and nothing else, so that nearly every pair differs. */
export function measureFarDiff(size: Size): readonly Measurement[] {
  const before = generateCluster(size);
  const one = best(4, () => allPairs(before)).milliseconds;
  const about = `${number(size.workloads)} workloads with nothing in common but names`;
  return [measureChange({ about, before, after: generateCluster(size, 43) }, one)];
}

function measureChange({ about, detail, before, after: shared }: Change, one: number, target?: number): Measurement {
  const after = structuredClone(shared);
  const { milliseconds, value } = best(3, () => {
    const both = evaluateChange(before, after);
    return diff(both.before, both.after);
  });
  return {
    name: `diff of two clusters, both evaluated: ${about}`,
    value: milliseconds,
    unit: "ms",
    ...(target === undefined ? {} : { target: one * target }),
    note: `${detail === undefined ? "" : `${detail}: `}${number(value.connections.length)} pairs differ; one evaluation takes ${one.toFixed(0)} ms here`,
  };
}

/** The same with two evaluations that know nothing of each other and have been asked for all pairs before. */
function measureDiffAlone({ about, before, after }: Change, one: number): Measurement {
  const [old, fresh] = [allPairs(before).evaluation, allPairs(structuredClone(after)).evaluation];
  const { milliseconds, value } = best(3, () => diff(old, fresh));
  return {
    name: `diff of two evaluations: ${about}`,
    value: milliseconds,
    unit: "ms",
    target: one * 1.5,
    note: `${number(value.connections.length)} pairs differ; one evaluation takes ${one.toFixed(0)} ms here`,
  };
}
