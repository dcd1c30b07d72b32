import { isUnknown, type Outcome, type Unknown, unknown } from "../model";
import type { Connections } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import { addressesIn, type AwsNetwork } from "./aws-network";
import { aclChecks, anyReplies, type Check, connectionsWhen, groupCheck, podReplies, unknownsIn } from "./checks";
import { answerOf, type Hop, type NetworkAnswer, outcomeAt, sameVpc, type Stand, standName, stands } from "./hops";
import { podToInternet } from "./internet-egress";
import type { Subnet } from "./subnets";
import type { VpcEndpoint } from "./vpc-endpoints";

/** Services of AWS that pods of a cluster commonly need, as the end of their endpoint's name (`com.amazonaws.<region>.<service>`). */
export const commonServices = ["sts", "ecr.api", "ecr.dkr", "s3", "eks", "eks-auth", "logs"] as const;

/** How pods get to a service of AWS. */
export interface AwsServiceAnswer {
  readonly service: string;
  readonly outcome: Outcome;
  /** Over an endpoint of the VPC, else over the internet. */
  readonly via: "gateway endpoint" | "interface endpoint" | "internet";
  readonly endpoint?: string;
  readonly answer: NetworkAnswer;
}

const https = { protocol: "TCP", port: 443 } as const;

/**
 * Whether pods reach a service of AWS over HTTPS: through an interface endpoint that answers to the service's own name, through a gateway endpoint, or
 * else like any public address. `publicAddresses` are those the service may have.
 */
export function podToAwsService(network: AwsNetwork, service: string, publicAddresses: IpSet): AwsServiceAnswer {
  const matching = network.endpoints.filter((endpoint) => isFor(endpoint, service));
  const usual = podToInternet(network, publicAddresses);
  const own = matching.find(({ type, privateDns }) => type === "Interface" && privateDns !== false);
  if (own !== undefined) return { ...interfaceAnswer(network, own, usual), service };
  const gateway = matching.find(({ type }) => type === "Gateway");
  if (gateway !== undefined) return { ...gatewayAnswer(network, gateway, publicAddresses), service };
  const unread = network.endpoints.filter((each) => isUnknown(each.service) || isUnknown(each.type));
  return { ...concluded("internet", usual, unread.length > 0), service };
}

const isFor = ({ service, type }: VpcEndpoint, wanted: string): boolean =>
  !isUnknown(service) && !isUnknown(type) && (service.endsWith(`.${wanted}`) || service === wanted);

/** An endpoint that is not read may as well be the way: what the internet denies is then undecided. */
function concluded(
  via: AwsServiceAnswer["via"],
  answer: NetworkAnswer,
  mayDiffer: boolean,
  endpoint?: string,
): Omit<AwsServiceAnswer, "service"> {
  const outcome = outcomeAt(answer, https.protocol, https.port);
  const named = endpoint === undefined ? {} : { endpoint };
  return { via, outcome: mayDiffer && outcome === "denied" ? "undecided" : outcome, answer, ...named };
}

function interfaceAnswer(network: AwsNetwork, endpoint: VpcEndpoint, usual: NetworkAnswer): Omit<AwsServiceAnswer, "service"> {
  const hops = stands(network).flatMap((stand) => toInterfaces(network, stand, endpoint));
  const { privateDns } = endpoint;
  if (!isUnknown(privateDns)) return concluded("interface endpoint", answerOf(hops), false, endpoint.name);
  // Which of the two ways is taken is not known: what both let through is certain, what either does is possible.
  return concluded("interface endpoint", answerOf([...hops, ...usual.hops]), false, endpoint.name);
}

function toInterfaces(network: AwsNetwork, stand: Stand, endpoint: VpcEndpoint): readonly Hop[] {
  const { podFamilies } = network.networking;
  const missing = endpoint.unknownSubnets ?? (endpoint.subnets.length === 0 ? unknown(`the subnets of \`${endpoint.name}\``) : undefined);
  const where: readonly (Subnet | undefined)[] = [...endpoint.subnets, ...(missing === undefined ? [] : [undefined])];
  return where.map((subnet) => {
    const addresses =
      subnet === undefined ? IpSet.unionOf(podFamilies.map((each) => IpSet.all.ofFamily(each))) : addressesIn(subnet, podFamilies);
    const ends = { of: endpoint.name, groups: endpoint.groups };
    const { place } = stand;
    const checks: readonly Check[] = [
      groupCheck(network.groups, { of: place.name, groups: place.groups }, "egress", { addresses, groups: endpoint.groups }),
      groupCheck(network.groups, ends, "ingress", { addresses: stand.addresses, groups: place.groups }),
      ...betweenSubnets(stand, subnet, addresses),
    ];
    return { from: standName(stand), to: endpoint.name, checks };
  });
}

function betweenSubnets({ subnet: from, addresses: pods }: Stand, to: Subnet | undefined, addresses: IpSet): readonly Check[] {
  if (from === undefined || to === undefined) return [];
  const route = sameVpc(from, to);
  return from === to ? [route] : [...aclChecks(from, "client", addresses, podReplies), ...aclChecks(to, "server", pods, podReplies), route];
}

/** A gateway endpoint is a route: subnets whose table has it need no other way out, only the groups and ACLs on it. */
function gatewayAnswer(network: AwsNetwork, endpoint: VpcEndpoint, addresses: IpSet): Omit<AwsServiceAnswer, "service"> {
  const usual = podToInternet(network, addresses);
  const hops = stands(network).flatMap((stand): readonly Hop[] => {
    const route = gatewayRoute(stand, endpoint);
    const { place, subnet } = stand;
    if (route === undefined || subnet === undefined) return usual.hops.filter(({ from }) => from === standName(stand));
    const group = groupCheck(network.groups, { of: place.name, groups: place.groups }, "egress", { addresses });
    return [{ from: standName(stand), to: endpoint.name, checks: [group, ...aclChecks(subnet, "client", addresses, anyReplies), route] }];
  });
  return concluded("gateway endpoint", answerOf(hops), false, endpoint.name);
}

/** The route to a gateway endpoint; absent where the subnet's table certainly has none. */
function gatewayRoute({ subnet, place }: Stand, { tables, unknownTables, name }: VpcEndpoint): Check | undefined {
  const routes = subnet?.routes ?? unknown(`the routes of \`${place.name}\``);
  const isKnown = !isUnknown(routes);
  const leads = isKnown && tables.includes(routes.name);
  if (!leads && isKnown && unknownTables === undefined) return undefined;
  const missing: readonly Unknown[] = leads ? [] : unknownsIn(routes, unknownTables);
  const connections: Connections = leads ? connectionsWhen(true) : { certain: ConnectionSet.none, possible: ConnectionSet.all };
  return {
    layer: "routes",
    ground: { kind: "route", subnet: subnet?.name ?? place.name, target: "other", name },
    connections,
    unknowns: missing,
    location: place.location,
  };
}
