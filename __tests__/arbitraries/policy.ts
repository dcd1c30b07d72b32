/** Random NetworkPolicies and cluster-wide policies, over the alphabet clusters are made of. */
import fc from "fast-check";
import type { Action, ClusterPeer, ClusterPolicy, ClusterRule, NetworkPolicy, Peer, PortMatch, Rule } from "../../engine/model";
import { anyNamespaceSelector, anyPortName, anyPortNumber, anyProtocol, anySelector } from "./alphabet";
import { anyCidr, anyIpBlock } from "./network";

const anyRange: fc.Arbitrary<PortMatch> = fc
  .tuple(anyProtocol, anyPortNumber, fc.option(anyPortNumber, { nil: undefined }))
  .map(([protocol, one, other = one]) => ({ kind: "range", protocol, from: Math.min(one, other), to: Math.max(one, other) }));
const allPorts: fc.Arbitrary<PortMatch> = anyProtocol.map((protocol) => ({ kind: "range", protocol, from: 1, to: 65535 }));
const namedPort: fc.Arbitrary<PortMatch> = fc.record({ kind: fc.constant("named" as const), name: anyPortName, protocol: anyProtocol });
const bareNamedPort: fc.Arbitrary<PortMatch> = fc.record({ kind: fc.constant("named" as const), name: anyPortName });

const someOrAny = <T>(items: fc.Arbitrary<T>): fc.Arbitrary<readonly T[] | "any"> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant("any" as const) },
    { weight: 2, arbitrary: fc.array(items, { minLength: 1, maxLength: 3 }) },
  );

const podsPeer = fc.record({ kind: fc.constant("pods" as const), namespaces: anyNamespaceSelector, pods: anySelector });
const ownPodsPeer = fc.record({ kind: fc.constant("pods" as const), namespaces: fc.constant("own" as const), pods: anySelector });
const anyPeer: fc.Arbitrary<Peer> = fc.oneof(podsPeer, ownPodsPeer, anyIpBlock);

const anyRule: fc.Arbitrary<Rule> = fc.record({
  peers: someOrAny(anyPeer),
  ports: someOrAny(fc.oneof({ weight: 4, arbitrary: anyRange }, { weight: 1, arbitrary: allPorts }, { weight: 3, arbitrary: namedPort })),
});

const rulesOrAbsent = fc.option(fc.array(anyRule, { maxLength: 3 }), { nil: undefined, freq: 3 });

/** A NetworkPolicy without a name; `namespace` is an index that the cluster resolves. It isolates at least one direction. */
export const anyPolicy = fc
  .record({ namespace: fc.nat(), subject: anySelector, ingress: rulesOrAbsent, egress: rulesOrAbsent })
  .map(
    ({
      namespace,
      subject,
      ingress,
      egress,
    }): { readonly namespace: number; readonly policy: Omit<NetworkPolicy, "namespace" | "name"> } => ({
      namespace,
      policy: {
        subject,
        ...(egress === undefined ? { ingress: ingress ?? [] } : { egress, ...(ingress === undefined ? {} : { ingress }) }),
      },
    }),
  );

const unsupportedPeer = fc.constant<ClusterPeer>({ kind: "unsupported", fields: ["somethingNew"] });
const networksPeer = fc.record({ kind: fc.constant("networks" as const), cidrs: fc.array(anyCidr, { minLength: 1, maxLength: 2 }) });
const nodesPeer = fc.record({ kind: fc.constant("nodes" as const), nodes: anySelector });

const ingressPeer: fc.Arbitrary<ClusterPeer> = fc.oneof({ weight: 12, arbitrary: podsPeer }, { weight: 1, arbitrary: unsupportedPeer });
const egressPeer: fc.Arbitrary<ClusterPeer> = fc.oneof(
  { weight: 12, arbitrary: podsPeer },
  { weight: 5, arbitrary: networksPeer },
  { weight: 3, arbitrary: nodesPeer },
  { weight: 1, arbitrary: unsupportedPeer },
);

function clusterRules(peer: fc.Arbitrary<ClusterPeer>, actions: readonly Action[]): fc.Arbitrary<readonly ClusterRule[]> {
  const port = fc.oneof({ weight: 4, arbitrary: anyRange }, { weight: 1, arbitrary: allPorts }, { weight: 2, arbitrary: bareNamedPort });
  const peers = fc.array(peer, { minLength: 1, maxLength: 2 });
  return fc.array(fc.record({ action: fc.constantFrom(...actions), peers, ports: someOrAny(port) }), { maxLength: 3 });
}

/** Domain names stand in Accept rules of the Admin tier only. */
const domainNamesRule: fc.Arbitrary<ClusterRule> = fc.record({
  action: fc.constant("Accept" as const),
  peers: fc.constant([{ kind: "domainNames", names: ["example.com"] } as const]),
  ports: someOrAny(anyRange),
});

type NamelessClusterPolicy = Omit<ClusterPolicy, "name">;

const clusterSubject = fc.record({ namespaces: anyNamespaceSelector, pods: anySelector });
const priority = fc.constantFrom(0, 1, 2, 500, 1000);

const ordered = (kind: "ClusterNetworkPolicy" | "AdminNetworkPolicy", tier: ClusterPolicy["tier"]): fc.Arbitrary<NamelessClusterPolicy> =>
  fc.record({
    kind: fc.constant(kind),
    tier: fc.constant(tier),
    priority,
    subject: clusterSubject,
    ingress: clusterRules(ingressPeer, ["Accept", "Deny", "Pass"]),
    egress: clusterRules(egressPeer, ["Accept", "Deny", "Pass"]),
  });

const withDomainNames = fc
  .tuple(ordered("ClusterNetworkPolicy", "Admin"), domainNamesRule)
  .map(([policy, rule]): NamelessClusterPolicy => ({ ...policy, egress: [rule, ...policy.egress] }));

const baselineAdmin: fc.Arbitrary<NamelessClusterPolicy> = fc.record({
  kind: fc.constant("BaselineAdminNetworkPolicy" as const),
  tier: fc.constant("Baseline" as const),
  priority: fc.constant(0),
  subject: clusterSubject,
  ingress: clusterRules(ingressPeer, ["Accept", "Deny"]),
  egress: clusterRules(egressPeer, ["Accept", "Deny"]),
});

/** Cluster-wide policies of all kinds; equal priorities happen, a BaselineAdminNetworkPolicy at most once. */
export const anyClusterPolicies: fc.Arbitrary<readonly NamelessClusterPolicy[]> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 9, arbitrary: ordered("ClusterNetworkPolicy", "Admin") }, { weight: 1, arbitrary: withDomainNames }), {
      maxLength: 2,
    }),
    fc.array(ordered("AdminNetworkPolicy", "Admin"), { maxLength: 1 }),
    fc.array(ordered("ClusterNetworkPolicy", "Baseline"), { maxLength: 2 }),
    fc.array(baselineAdmin, { maxLength: 1 }),
  )
  .map((lists) => lists.flat());
