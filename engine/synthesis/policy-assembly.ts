import type { BlockCover, Cover, CoveredFlow, PodCover } from "./flow-cover";
import { type Direction, type NetworkPolicy, type Peer, type PortMatch, protocols, type Rule } from "../model";
import { mergedPeers } from "./peer-merging";
import { defaultDeny } from "./required-flow";
import type { ConnectionSet } from "../sets/connection-set";

/**
 * Policies that allow the covered flows: one that closes each namespace, and for each subject one with its rules. The same flows, in any
 * order, give the same policies.
 */
export function assemblePolicies(scope: readonly string[], flows: readonly CoveredFlow[]): readonly NetworkPolicy[] {
  const drafts = new Map(scope.map((namespace) => [namespace, new Map<string, Draft>()]));
  for (const { from, to, connections } of flows) {
    draftOf(drafts, from)?.egress.add(to, connections);
    draftOf(drafts, to)?.ingress.add(from, connections);
  }
  return [...drafts].flatMap(([namespace, each]) => [defaultDeny(namespace), ...policiesOf(namespace, [...each.values()])]);
}

/** Undefined: the end is not in a closed namespace, so that nothing has to be allowed for it. */
function draftOf(drafts: ReadonlyMap<string, Map<string, Draft>>, subject: Cover): Draft | undefined {
  const near = subject.kind === "pods" ? drafts.get(subject.namespace) : undefined;
  if (near === undefined || subject.kind !== "pods") return undefined;
  const key = JSON.stringify([subject.selector, subject.end.kind === "dns"]);
  const order = orderOf(subject);
  const draft = near.get(key) ?? { subject, order, ingress: new PeerTable(), egress: new PeerTable() };
  // Workloads that cannot be told apart share one; the first of them names it.
  near.set(key, draft.order <= order ? draft : { ...draft, subject, order });
  return near.get(key);
}

/** What every pod of the namespace may do comes first, and so gets its name. */
const orderOf = ({ end, name, qualifier = "", selector }: PodCover): string =>
  JSON.stringify([end.kind === "dns" ? 0 : 1, name, qualifier, selector]);

/** The rules of one subject under construction. */
interface Draft {
  readonly subject: PodCover;
  readonly order: string;
  readonly ingress: PeerTable;
  readonly egress: PeerTable;
}

/** Whom a subject may talk with, and about what. */
class PeerTable {
  private readonly byPeer = new Map<string, { readonly peer: Cover; connections: ConnectionSet }>();

  add(peer: Cover, connections: ConnectionSet): void {
    const key = keyOfPeer(peer);
    const known = this.byPeer.get(key);
    if (known === undefined) this.byPeer.set(key, { peer, connections });
    else known.connections = known.connections.union(connections);
  }

  /** The peers, each with what no wider block allows already. */
  private needed(): readonly { readonly peer: Cover; readonly connections: ConnectionSet }[] {
    const entries = [...this.byPeer.values()];
    const blocks = entries.flatMap(({ peer, connections }) =>
      peer.kind === "addresses" ? [{ addresses: peer.block.addresses, connections }] : [],
    );
    return entries
      .map(({ peer, connections }) => {
        if (peer.kind === "pods") return { peer, connections };
        const own = peer.block.addresses;
        const wider = blocks.filter(({ addresses }) => own.isSubsetOf(addresses) && !own.equals(addresses));
        return { peer, connections: wider.reduce((rest, block) => rest.subtract(block.connections), connections) };
      })
      .filter(({ connections }) => !connections.isEmpty);
  }

  /** One rule for each set of connections, with every peer that has exactly these. */
  rules(namespace: string): readonly Rule[] {
    const byConnections = new Map<string, { readonly connections: ConnectionSet; readonly peers: Cover[] }>();
    for (const { peer, connections } of this.needed()) {
      const key = connections.toString();
      const known = byConnections.get(key) ?? { connections, peers: [] };
      byConnections.set(key, known);
      known.peers.push(peer);
    }
    return [...byConnections.values()]
      .map(({ connections, peers }): Rule => ({ peers: peersOf(namespace, peers), ports: portsOf(connections) }))
      .sort(byText);
  }
}

const keyOfPeer = (peer: Cover): string => JSON.stringify(peer.kind === "pods" ? [peer.namespace, peer.selector] : peer.block.cidr);

const isPods = (cover: Cover): cover is PodCover => cover.kind === "pods";
const isBlock = (cover: Cover): cover is BlockCover => cover.kind === "addresses";

function peersOf(namespace: string, covers: readonly Cover[]): readonly Peer[] {
  const blocks = covers.filter(isBlock).map(({ block: { cidr, except } }): Peer => ({ kind: "ipBlock", cidr, except }));
  return [...mergedPeers(namespace, covers.filter(isPods)), ...blocks.sort(byText)];
}

/** Each protocol by itself, all of its ports too: "any" would take in what is no TCP, UDP or SCTP. */
const portsOf = (connections: ConnectionSet): readonly PortMatch[] =>
  protocols.flatMap((protocol) => connections[protocol].intervals.map(([from, to]): PortMatch => ({ kind: "range", protocol, from, to })));

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function policiesOf(namespace: string, drafts: readonly Draft[]): readonly NetworkPolicy[] {
  const names = new Set(["default-deny"]);
  return [...drafts]
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ subject, ingress, egress }) => ({
      namespace,
      name: freeName(subject, names),
      subject: subject.selector,
      ...rulesOf("ingress", ingress.rules(namespace)),
      ...rulesOf("egress", egress.rules(namespace)),
    }));
}

const rulesOf = (direction: Direction, rules: readonly Rule[]): Partial<Record<Direction, readonly Rule[]>> =>
  rules.length === 0 ? {} : { [direction]: rules };

/** How long the name of an object may be. */
const longestName = 253;

/** `allow-` with what the policy is about; where that is taken, with the kind of the workload, and a number. */
function freeName({ name, qualifier = "" }: PodCover, taken: Set<string>): string {
  const kind = qualifier === "" ? "" : `-${qualifier}`;
  const numbered = Array.from({ length: taken.size + 1 }, (_, i) => `${kind}-${String(i + 2)}`);
  const candidates = ["", kind, ...numbered].map((ending) => `${cut(`allow-${name}`, longestName - ending.length)}${ending}`);
  const free = candidates.find((candidate) => !taken.has(candidate)) ?? "";
  taken.add(free);
  return free;
}

/** No longer than allowed, and not ending in what a name must not end in. */
const cut = (name: string, length: number): string => name.slice(0, length).replace(/[^a-z0-9]+$/, "");
