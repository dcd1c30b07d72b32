import { type Endpoint, isUnknown, type Location, lowestPort, type Outcome, type Protocol, type Unknown, unknown } from "../model";
import type { Connections } from "../reachability";
import { type ConnectionSet } from "../sets/connection-set";
import { formatAddress, IpSet } from "../sets/ip-set";
import { addressesIn, type AwsNetwork, vpcAddresses } from "./aws-network";
import { aclChecks, awsLayers, type AwsLayer, type Check, groupCheck, podReplies, undecided } from "./checks";
import { answerOf, type Hop, type NetworkAnswer, outcomeAt, overHop, type Stand, standName, stands } from "./hops";
import { podToInternet } from "./internet-egress";
import { internetToNode, internetToPod } from "./internet-ingress";
import { podToPod } from "./pod-to-pod";
import { distinctUnknowns } from "../unknowns";

/** What is asked of the AWS network: two ends, and the connections that count. */
export interface LayerQuestion {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly connections: ConnectionSet;
}

/** What one layer does with some of the connections asked about. */
export interface LayerAnswer {
  readonly layer: AwsLayer;
  readonly outcome: Outcome;
  /** The connections this is about. */
  readonly connections: ConnectionSet;
  /** Between pods: on different nodes. Pods on one node are not subject to the AWS network. */
  readonly scope: "between-nodes" | "outside";
  /** What decides: the checks that stop them, that are not known, or that let them through. */
  readonly checks: readonly Check[];
  /** Set when some ways let them through and others do not, so that it depends on where pods run. */
  readonly depends?: { readonly open: readonly string[]; readonly closed: readonly string[] };
  readonly unknowns: readonly Unknown[];
  readonly location?: Location;
}

/**
 * What security groups, network ACLs and routes do with connections, one answer for each layer and outcome. Empty where the AWS network is not
 * asked: within one node, and towards link-local addresses such as instance metadata.
 */
export function layersOf(network: AwsNetwork, question: LayerQuestion): readonly LayerAnswer[] {
  const { from, to, connections } = question;
  const answer = answerFor(network, question);
  if (answer === undefined) return [];
  const scope = from.kind === "workload" && to.kind === "workload" ? "between-nodes" : "outside";
  return awsLayers.flatMap((layer) => layerAnswers(layer, answer.hops, connections).map((each) => ({ ...each, scope })));
}

function answerFor(network: AwsNetwork, { from, to }: LayerQuestion): NetworkAnswer | undefined {
  if (from.kind === "workload" && to.kind === "workload") return isOneNode(from, to) ? undefined : podToPod(network);
  if (from.kind === "workload" && to.kind === "address") return outwards(network, IpSet.cidr(to.address));
  if (from.kind === "address" && to.kind === "workload") return inwards(network, IpSet.cidr(from.address), to.workload.hostNetwork);
  return undefined;
}

type WorkloadEnd = Extract<Endpoint, { readonly kind: "workload" }>;

const isOneNode = ({ pod: one }: WorkloadEnd, { pod: other }: WorkloadEnd): boolean =>
  one !== undefined && other !== undefined && (one === other || (one.node !== undefined && one.node === other.node));

/** Never leaves a node: instance metadata, the resolver of the VPC, Pod Identity. */
export const linkLocal = IpSet.unionOf(["169.254.0.0/16", "fe80::/10", "fd00:ec2::/32"].map((each) => IpSet.cidr(each)));

function outwards(network: AwsNetwork, address: IpSet): NetworkAnswer | undefined {
  if (!address.intersect(linkLocal).isEmpty) return undefined;
  const isWithin = address.isSubsetOf(vpcAddresses(network));
  if (!isWithin && !address.intersect(network.services.possible).isEmpty) return towardsService(network, address);
  return isWithin ? withinVpc(network, address, "egress") : podToInternet(network, address);
}

/** Nodes translate the addresses of Services to those of pods, so that no layer ever sees them. Who is behind one is not in the input. */
function towardsService({ services }: AwsNetwork, address: IpSet): NetworkAnswer {
  const isCertain = address.isSubsetOf(services.certain);
  const text = formatAddress(address.first ?? { family: "IPv4", value: 0n });
  const missing = unknown(isCertain ? `the pods behind \`${text}\`` : "the range of the cluster's Services");
  const ground = { kind: "service-address", address: text, isCertain } as const;
  return answerOf([{ from: "pods", to: text, checks: [{ layer: "routes", ground, connections: undecided, unknowns: [missing] }] }]);
}

function inwards(network: AwsNetwork, address: IpSet, hostNetwork: WorkloadEnd["workload"]["hostNetwork"]): NetworkAnswer | undefined {
  if (!address.intersect(linkLocal).isEmpty) return undefined;
  if (address.isSubsetOf(vpcAddresses(network))) return withinVpc(network, address, "ingress");
  if (isUnknown(hostNetwork)) return answerOf([...internetToNode(network, address).hops, ...internetToPod(network, address).hops]);
  return hostNetwork ? internetToNode(network, address) : internetToPod(network, address);
}

/** An address of the VPC that is no listed pod's: the groups at that end are not known. */
function withinVpc(network: AwsNetwork, address: IpSet, direction: "ingress" | "egress"): NetworkAnswer {
  const far = network.subnets.find(
    (subnet) => address.isSubsetOf(addressesIn(subnet, ["IPv4", "IPv6"])) && Object.keys(subnet.unknownRanges).length === 0,
  );
  return answerOf(
    stands(network).map((stand): Hop => {
      const { place, subnet } = stand;
      const [from, to] = direction === "egress" ? [standName(stand), address.toString()] : [address.toString(), standName(stand)];
      const isApart = subnet !== undefined && far !== subnet;
      const [near, other] = direction === "egress" ? (["client", "server"] as const) : (["server", "client"] as const);
      const acls = isApart
        ? [
            ...aclChecks(subnet, near, address, podReplies),
            ...(far === undefined ? [] : aclChecks(far, other, stand.addresses, podReplies)),
          ]
        : [];
      const own = groupCheck(network.groups, { of: place.name, groups: place.groups }, direction, { addresses: address, groups: nobody });
      return { from, to, checks: [own, farSide(stand, address), ...acls] };
    }),
  );
}

const notListed = unknown("the security groups at the other end");
const nobody = { keys: [], unknown: notListed };

const farSide = ({ place }: Stand, address: IpSet): Check => ({
  layer: "security-group",
  ground: { kind: "far-side", vpc: address.toString() },
  connections: undecided,
  unknowns: [notListed],
  location: place.location,
});

type Unscoped = Omit<LayerAnswer, "scope">;

/** One answer for each outcome that some of the connections have. */
function layerAnswers(layer: AwsLayer, hops: readonly Hop[], asked: ConnectionSet): readonly Unscoped[] {
  const own = hops.map((hop) => ({ ...hop, checks: hop.checks.filter((check) => check.layer === layer) }));
  if (own.every(({ checks }) => checks.length === 0)) return [];
  const { certain, possible } = answerOf(own);
  const parts: readonly (readonly [Outcome, ConnectionSet])[] = [
    ["denied", asked.subtract(possible)],
    ["undecided", asked.intersect(possible).subtract(certain)],
    ["allowed", asked.intersect(certain)],
  ];
  return parts.flatMap(([outcome, connections]) => (connections.isEmpty ? [] : [layerAnswer(layer, own, outcome, connections)]));
}

function layerAnswer(layer: AwsLayer, hops: readonly Hop[], outcome: Outcome, connections: ConnectionSet): Unscoped {
  const [protocol, port] = sampleOf(connections);
  const at = (answer: Connections): Outcome => outcomeAt(answer, protocol, port);
  const outcomes = hops.map((hop) => ({ hop, outcome: at(overHop(hop)) }));
  const deciding = hops.flatMap(({ checks }) => checks).filter((check) => outcome === "allowed" || at(check.connections) !== "allowed");
  const named = (wanted: Outcome): readonly string[] =>
    outcomes.filter((each) => each.outcome === wanted).map(({ hop }) => `${hop.from} → ${hop.to}`);
  const [open, closed] = [named("allowed"), named("denied")];
  const location = deciding.map((check) => check.location).find((each) => each !== undefined);
  return {
    layer,
    outcome,
    connections,
    checks: deciding,
    ...(outcome === "undecided" && open.length > 0 && closed.length > 0 ? { depends: { open, closed } } : {}),
    unknowns: outcome === "undecided" ? distinctUnknowns(deciding.flatMap(({ unknowns }) => unknowns)) : [],
    ...(location === undefined ? {} : { location }),
  };
}

/** One connection that stands for all of a set. */
export function sampleOf(connections: ConnectionSet): readonly [Protocol, number] {
  const { protocol, port } = connections.first ?? { protocol: "TCP", port: lowestPort };
  return [protocol, port];
}
