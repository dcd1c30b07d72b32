import {
  type ApplicationPolicy,
  type ApplicationRule,
  type AwsClusterPeer,
  type AwsClusterPolicy,
  type AwsClusterRule,
  type Cluster,
  type ClusterPolicy,
  type Direction,
  isUnknown,
  type NetworkPolicy,
  type Peer,
  type Rule,
  type Tier,
  unknown,
  type Value,
} from "../model";
import { selects } from "../selector";
import { type CniSettings, type CniVersion, compareVersions } from "./settings";
import { isClusterForAwsKinds, isSince, releases } from "./versions";

/** An AWS cluster-wide policy in one tier. */
export interface AwsTierPolicy {
  readonly policy: AwsClusterPolicy;
  readonly tier: Tier;
  /** False where it is not known whether it is in this tier, or whether the add-on reads it at all. */
  readonly isCertain: boolean;
  /** The policy as one of the specification's kinds, for whom it applies to. */
  readonly subject: ClusterPolicy;
  /** Where the policy that carries its rules stands among the NetworkPolicies of the evaluation. */
  readonly rules: number;
}

/** The last controller in which a missing protocol stops it, and a rule with an empty list of peers or an unfound first peer says nothing. */
const lastFaulty: CniVersion = [1, 1, 8];

/** Whether the controller has the faults: nobody can say for one that EKS runs. */
export function hasFaults({ controller }: CniSettings): Value<boolean> {
  return isUnknown(controller) ? controller : compareVersions(controller, lastFaulty) <= 0;
}

/** ApplicationNetworkPolicies as the NetworkPolicies they are beside; one without directions does nothing. */
export function asNetworkPolicies({ applicationPolicies = [] }: Cluster, settings: CniSettings): readonly NetworkPolicy[] {
  if (isClusterForAwsKinds(settings) === "no") return [];
  return applicationPolicies.flatMap((policy) => {
    const { directions, namespace, name, subject, location } = policy;
    const written: readonly Direction[] = isUnknown(directions) ? ["ingress", "egress"] : directions;
    if (written.length === 0) return [];
    return [
      {
        namespace,
        name,
        subject,
        ...Object.fromEntries(written.map((direction) => [direction, rulesOf(policy, direction, settings)])),
        ...(isUnknown(directions) ? { unknownDirections: directions } : {}),
        ...(location === undefined ? {} : { location }),
      },
    ];
  });
}

const rulesOf = (policy: ApplicationPolicy, direction: Direction, settings: CniSettings): readonly Rule[] =>
  policy[direction].map((rule) => applicationRule(rule, direction, settings));

/**
 * An egress rule without peers says nothing with the controller it was tried with, though its description says otherwise. A rule that says
 * nothing keeps its place, and has no peers.
 */
function applicationRule(rule: ApplicationRule, direction: Direction, settings: CniSettings): Rule {
  const { peers, ports, unknown: maybe } = rule;
  const rest = maybe === undefined ? {} : { unknown: maybe };
  if (peers === "any") {
    if (direction === "ingress") return { peers, ports, ...rest };
    const faulty = hasFaults(settings);
    if (faulty === true) return { peers: [], ports, ...rest };
    return { peers, ports, ...rest, ...(isUnknown(faulty) ? { unknown: faulty } : {}) };
  }
  const plain = peers.flatMap((peer): readonly Peer[] => (peer.kind === "domainNames" ? namesAsPeer(settings) : [peer]));
  return { peers: plain, ports, ...rest };
}

/** Only the agent of Auto Mode reads domain names, and what they stand for is known only while the cluster runs. */
function namesAsPeer({ nodes: { autoMode } }: CniSettings): readonly Peer[] {
  if (autoMode === false) return [];
  const peer: Peer = { kind: "unknown", unknown: isUnknown(autoMode) ? autoMode : unknown("the addresses a domain name stands for") };
  domainNames.add(peer);
  return [peer];
}

const domainNames = new WeakSet<Peer>();

/** Whether a peer stands for addresses of domain names. With a port name, they are opened for every port of the protocol. */
export const isOfDomainNames = (peer: Peer | "any"): boolean => peer !== "any" && domainNames.has(peer);

/** The AWS cluster-wide policies the add-on reads, or may, each in every tier it may be in. */
export function asTierPolicies({ awsClusterPolicies = [], namespaces }: Cluster, settings: CniSettings): readonly AwsTierPolicy[] {
  const reads = isUnknown(settings.nodes.autoMode) || settings.nodes.autoMode ? "yes" : readsClusterPolicies(settings);
  if (reads === "no") return [];
  return awsClusterPolicies.flatMap((policy) => {
    const tiers: readonly Tier[] = isUnknown(policy.tier) ? ["Admin", "Baseline"] : [policy.tier];
    return tiers.map((tier): AwsTierPolicy => {
      const known = withoutFaults(policy, namespaces, settings);
      const isCertain = tiers.length === 1 && reads === "yes";
      return { policy: known, tier, isCertain, subject: asSubject(known, tier), rules: -1 };
    });
  });
}

/** The release that brought them was withdrawn the next day: what it enforces is not known. */
function readsClusterPolicies(settings: CniSettings): "yes" | "no" | "maybe" {
  const { version } = settings;
  const cluster = isClusterForAwsKinds(settings);
  const isWithdrawn = !isUnknown(version) && compareVersions(version, [1, 21, 0]) === 0;
  const addon = isWithdrawn ? "maybe" : isSince(settings, releases.clusterPolicies);
  if (cluster === "no" || addon === "no") return "no";
  return cluster === "maybe" ? "maybe" : addon;
}

/** Rules that a faulty controller drops are dropped, or may be. */
function withoutFaults(policy: AwsClusterPolicy, namespaces: Cluster["namespaces"], settings: CniSettings): AwsClusterPolicy {
  const faulty = hasFaults(settings);
  const keep = (rule: AwsClusterRule): readonly AwsClusterRule[] => {
    if (faulty === false || !isDropped(rule, namespaces)) return [rule];
    return faulty === true ? [] : [{ ...rule, peers: [...rule.peers, { kind: "unknown", unknown: faulty }], action: faulty }];
  };
  return { ...policy, ingress: policy.ingress.flatMap(keep) };
}

const isDropped = ({ peers: [first] }: AwsClusterRule, namespaces: Cluster["namespaces"]): boolean =>
  first?.kind === "pods" && namespaces.every(({ labels, unknownLabels }) => selects(first.namespaces, labels, unknownLabels) === "no");

/** Rules without peers, of the directions the policy speaks about: enough to look up whom it applies to. */
function asSubject({ name, priority, subject, ingress, egress }: AwsClusterPolicy, tier: Tier): ClusterPolicy {
  const silent = { action: "Pass", peers: [], ports: "any" } as const;
  return {
    kind: "ClusterNetworkPolicy",
    name,
    tier,
    priority,
    subject,
    ingress: ingress.map(() => silent),
    egress: egress.map(() => silent),
  };
}

/** The rules as those of a NetworkPolicy, one for one, so that peers and ports are looked up as for that kind. It is never applied. */
export function asRuleCarrier({ policy }: AwsTierPolicy, settings: CniSettings): NetworkPolicy {
  const asRule = ({ peers, ports }: AwsClusterRule): Rule => ({ peers: peers.flatMap((peer) => asPeers(peer, settings)), ports });
  return { namespace: "", name: policy.name, subject: {}, ingress: policy.ingress.map(asRule), egress: policy.egress.map(asRule) };
}

function asPeers(peer: AwsClusterPeer, settings: CniSettings): readonly Peer[] {
  switch (peer.kind) {
    case "pods":
    case "unknown":
      return [peer];
    case "networks":
      return peer.cidrs.map((cidr) => ({ kind: "ipBlock", cidr, except: [] }));
    case "domainNames":
      return namesAsPeer(settings);
  }
}
