import type { PodCover } from "./flow-cover";
import { isUnknown, type LabelSelector, type Peer, type Requirement } from "../model";

/** Pods of one namespace by their labels, before it is written as a peer. */
interface PodPeer {
  readonly namespace: string;
  readonly selector: LabelSelector;
}

/**
 * Peers for pods, as few as say exactly the same: selectors of one namespace that differ in the value of one label become one that lists the
 * values, and one selector for several namespaces lists the namespaces. `own` is the namespace of the policy.
 */
export function mergedPeers(own: string, covers: readonly PodCover[]): readonly Peer[] {
  const peers = mergedByLabel(covers.map(({ namespace, selector }) => ({ namespace, selector })));
  const bySelector = groupBy(
    peers.filter(({ namespace }) => namespace !== own),
    ({ selector }) => JSON.stringify(selector),
  );
  const elsewhere = bySelector.map(([first, ...rest]): Peer => {
    const names = [first, ...rest].map(({ namespace }) => namespace).sort();
    return { kind: "pods", namespaces: namespacesNamed(names), pods: first.selector };
  });
  const here = peers
    .filter(({ namespace }) => namespace === own)
    .map(({ selector }): Peer => ({ kind: "pods", namespaces: "own", pods: selector }));
  return [...here.sort(byText), ...elsewhere.sort(byText)];
}

/** The selector that finds namespaces by the name label they always have. */
function namespacesNamed(names: readonly string[]): LabelSelector {
  const key = "kubernetes.io/metadata.name";
  const [name] = names;
  return names.length === 1 && name !== undefined
    ? { matchLabels: { [key]: name } }
    : { matchExpressions: [{ key, operator: "In", values: names }] };
}

/** Joins selectors label by label; one that was joined is left as it is, since a second list would say more than the two together. */
function mergedByLabel(peers: readonly PodPeer[]): readonly PodPeer[] {
  const keys = [...new Set(peers.flatMap(({ selector }) => Object.keys(selector.matchLabels ?? {})))].sort();
  let open = peers;
  const joined: PodPeer[] = [];
  for (const key of keys) {
    const groups = groupBy(open, (peer) => JSON.stringify([peer.namespace, withoutLabel(peer.selector, key), hasLabel(peer, key)]));
    const joinable = groups.filter(([first, ...rest]) => rest.length > 0 && hasLabel(first, key));
    joined.push(...joinable.map((group) => joinedOver(key, group)));
    const isJoined = new Set(joinable.flat());
    open = open.filter((peer) => !isJoined.has(peer));
  }
  return [...joined, ...open];
}

const hasLabel = ({ selector }: PodPeer, key: string): boolean => Object.hasOwn(selector.matchLabels ?? {}, key);

function withoutLabel({ matchLabels = {}, matchExpressions }: LabelSelector, key: string): LabelSelector {
  const rest = Object.entries(matchLabels).filter(([each]) => each !== key);
  return {
    ...(rest.length === 0 ? {} : { matchLabels: Object.fromEntries(rest) }),
    ...(matchExpressions === undefined ? {} : { matchExpressions }),
  };
}

function joinedOver(key: string, peers: Group<PodPeer>): PodPeer {
  const [{ namespace, selector }] = peers;
  const values = peers.flatMap((peer) => peer.selector.matchLabels?.[key] ?? []).filter((value) => !isUnknown(value));
  const choice: Requirement = { key, operator: "In", values: values.sort() };
  const { matchExpressions = [], ...rest } = withoutLabel(selector, key);
  return { namespace, selector: { ...rest, matchExpressions: [choice, ...matchExpressions] } };
}

type Group<T> = readonly [T, ...(readonly T[])];

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly Group<T>[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const known = groups.get(keyOf(item));
    if (known === undefined) groups.set(keyOf(item), [item]);
    else known.push(item);
  }
  return [...groups.values()];
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
