import type { Evaluation } from "../evaluation";
import {
  type ClusterPeer,
  type ClusterSubject,
  type Direction,
  type Endpoint,
  everything,
  isUnknown,
  type LabelSelector,
  type Peer,
  type Value,
  type Workload,
} from "../model";
import { selects } from "../selector";
import { formatAddress, parseAddress } from "../sets/ip-set";
import { workloadIndex } from "../matching/workload-index";

/** The label every namespace has. Nobody but the API server sets it, so that it names a namespace for certain. */
export const namespaceNameLabel = "kubernetes.io/metadata.name";

// Asked for once per candidate, and only ever the same of one evaluation.
const podSelectors = new WeakMap<Evaluation, Map<Workload, LabelSelector>>();

/**
 * The selector that selects a workload's pods and the fewest others of its namespace: one label where one says as much as all of them,
 * else every label whose value is known.
 */
export function podSelectorFor(evaluation: Evaluation, workload: Workload): LabelSelector {
  const known = podSelectors.get(evaluation) ?? new Map<Workload, LabelSelector>();
  podSelectors.set(evaluation, known);
  const selector = known.get(workload) ?? newPodSelector(evaluation, workload);
  known.set(workload, selector);
  return selector;
}

function newPodSelector(evaluation: Evaluation, workload: Workload): LabelSelector {
  const neighbours = workloadIndex(evaluation).inNamespace(workload.namespace);
  const known = Object.entries(workload.labels).filter(([, value]) => !isUnknown(value));
  if (known.length === 0) return everything;
  const all: LabelSelector = { matchLabels: Object.fromEntries(known) };
  const count = (selector: LabelSelector): number => selectedBy(selector, neighbours).length;
  const fewest = count(all);
  const single = known.map(([key, value]): LabelSelector => ({ matchLabels: { [key]: value } })).find((each) => count(each) === fewest);
  return single ?? all;
}

/** The workloads a selector selects, or may. */
export const selectedBy = (selector: LabelSelector, workloads: readonly Workload[]): readonly Workload[] =>
  workloads.filter(({ labels, unknownLabels }) => selects(selector, labels, unknownLabels) !== "no");

/** The selector that selects one namespace and no other; where that cannot be said for certain, all of them. */
export function namespaceSelectorFor(evaluation: Evaluation, namespace: Value<string>): LabelSelector {
  if (isUnknown(namespace)) return everything;
  const [described] = workloadIndex(evaluation).namespaces(namespace);
  return described?.labels[namespaceNameLabel] === namespace ? { matchLabels: { [namespaceNameLabel]: namespace } } : everything;
}

/** The narrowest NetworkPolicy peers that name an end: one, or one for each of its addresses. */
export function peersFor(evaluation: Evaluation, end: Endpoint, namespace: Value<string>): readonly Peer[] {
  if (end.kind === "address" || end.workload.hostNetwork !== false)
    return blocksOf(end).map((cidr): Peer => ({ kind: "ipBlock", cidr, except: [] }));
  const { workload } = end;
  const isOwn = !isUnknown(namespace) && workload.namespace === namespace;
  const pods = podSelectorFor(evaluation, workload);
  return [{ kind: "pods", namespaces: isOwn ? "own" : namespaceSelectorFor(evaluation, workload.namespace), pods }];
}

/** The narrowest peers of a cluster-wide rule that name an end. None: such a rule cannot, as it knows addresses for egress only. */
export function clusterPeersFor(evaluation: Evaluation, end: Endpoint, direction: Direction): readonly ClusterPeer[] {
  if (end.kind === "workload" && end.workload.hostNetwork === false) {
    const namespaces = namespaceSelectorFor(evaluation, end.workload.namespace);
    return [{ kind: "pods", namespaces, pods: podSelectorFor(evaluation, end.workload) }];
  }
  const cidrs = blocksOf(end);
  return direction === "ingress" || cidrs.length === 0 ? [] : [{ kind: "networks", cidrs }];
}

/** The narrowest subject of a cluster-wide policy that takes in a workload. */
export const clusterSubjectFor = (evaluation: Evaluation, workload: Workload): ClusterSubject => ({
  namespaces: namespaceSelectorFor(evaluation, workload.namespace),
  pods: podSelectorFor(evaluation, workload),
});

/** Each address of an end as a block of one. */
function blocksOf(end: Endpoint): readonly string[] {
  const addresses =
    end.kind === "address" ? [end.address] : (end.pod === undefined ? (end.workload.pods ?? []) : [end.pod]).flatMap(({ ips }) => ips);
  const parsed = addresses.map(parseAddress);
  return [...new Set(parsed.map((address) => `${formatAddress(address)}/${address.family === "IPv4" ? "32" : "128"}`))];
}
