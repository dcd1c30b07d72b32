import { type InfrastructureResource, isUnknown, type Location, type Unknown, unknown, type Value } from "../model";
import { type IpSet } from "../sets/ip-set";
import { argument, type Block, blocksIn, shownJson } from "./arguments";
import type { ResourceIndex } from "./resource-index";
import { addressesOf } from "./security-groups";

/** Routes of a subnet. The one to the VPC's own ranges is always there, and not among them. */
export interface RouteTable {
  readonly name: string;
  readonly routes: readonly Route[];
  /** Set when routes may be there that are not among `routes`. */
  readonly unknownRoutes?: Unknown;
  readonly location: Location;
}

/** One route: where what is meant for some addresses goes. */
export interface Route {
  /** Unknown: a prefix list, or a range that exists only after apply. */
  readonly destination: Value<IpSet>;
  /** The longer, the sooner it is chosen. */
  readonly prefixLength: number;
  readonly target: RouteTarget;
}

/** What a route leads to. */
export interface RouteTarget {
  readonly kind: TargetKind;
  /** The resource behind it, where the input declares it. */
  readonly resource?: InfrastructureResource;
  /** As a person knows it. */
  readonly name: string;
}

export type TargetKind = "internet-gateway" | "nat-gateway" | "egress-only-gateway" | "local" | "other";

/** Part of the destinations asked for, and where it goes; without a target: nowhere. */
export interface RoutedPart {
  readonly addresses: IpSet;
  readonly target?: RouteTarget;
  /** Set when a route whose destination is not known may take it elsewhere. */
  readonly uncertain?: Unknown;
}

/** The resources that are route tables. */
export const tableTypes = ["aws_route_table", "aws_default_route_table"] as const;

/** Every route table of the input, with the routes that are attached to it wherever they are declared. */
export function routeTables(index: ResourceIndex): ReadonlyMap<InfrastructureResource, RouteTable> {
  const attached = index.ofType(["aws_route"]).map((resource) => {
    const named = index.named(argument(resource.values, "route_table_id"), resource, tableTypes);
    return { resource, table: named === undefined || isUnknown(named) ? named : named.resource };
  });
  const stray = attached.map(({ table }) => table).find(isUnknown);
  return new Map(
    index.ofType(tableTypes).map((table) => {
      const own = attached.filter((each) => each.table === table).map(({ resource }) => resource);
      return [table, tableOf(index, table, own, stray)];
    }),
  );
}

function tableOf(
  index: ResourceIndex,
  table: InfrastructureResource,
  apart: readonly InfrastructureResource[],
  stray: Unknown | undefined,
): RouteTable {
  const { address, values, location } = table;
  const inline = blocksIn(values, "route");
  const written = isUnknown(inline) ? [] : inline.flatMap((block) => routesIn(index, table, block));
  const routes = [...written, ...apart.flatMap((each) => routesIn(index, each, each.values))];
  const uncertain = apart.find((each) => each.uncertain !== undefined)?.uncertain;
  const missing = (isUnknown(inline) && apart.length === 0 ? inline : undefined) ?? stray ?? uncertain;
  return { name: address, routes, ...(missing === undefined ? {} : { unknownRoutes: missing }), location };
}

const destinationNames = ["cidr_block", "ipv6_cidr_block", "destination_cidr_block", "destination_ipv6_cidr_block"];
const listNames = ["destination_prefix_list_id"];

function routesIn(index: ResourceIndex, owner: InfrastructureResource, block: Block): readonly Route[] {
  if (isUnknown(block)) return [{ destination: block, prefixLength: 0, target: { kind: "other", name: owner.address } }];
  const target = targetOf(index, owner, block);
  const blocks = destinationNames.map((name) => argument(block, name)).filter((each) => each !== undefined && each !== "");
  const lists = listNames.map((name) => argument(block, name)).filter((each) => each !== undefined && each !== "");
  return [
    ...blocks.map((each) => ({ destination: addressesOf(each as string), prefixLength: prefixLength(each), target })),
    ...lists.map((each) => ({
      destination: isUnknown(each) ? each : unknown(`the addresses of prefix list \`${shownJson(each)}\``),
      prefixLength: 0,
      target,
    })),
  ];
}

const prefixLength = (block: unknown): number =>
  typeof block === "string" ? Number(block.split("/")[1] ?? (block.includes(":") ? 128 : 32)) : 0;

/** Arguments of a route that name where it leads. */
const targetNames = [
  "gateway_id",
  "nat_gateway_id",
  "egress_only_gateway_id",
  "transit_gateway_id",
  "vpc_peering_connection_id",
  "vpc_endpoint_id",
  "network_interface_id",
  "carrier_gateway_id",
  "local_gateway_id",
  "core_network_arn",
];

const gatewayTypes: ReadonlyMap<string, TargetKind> = new Map([
  ["aws_internet_gateway", "internet-gateway"],
  ["aws_nat_gateway", "nat-gateway"],
  ["aws_egress_only_internet_gateway", "egress-only-gateway"],
]);

/** What the prefix of an id says of what it names. */
const kindsByPrefix: ReadonlyMap<string, TargetKind> = new Map([
  ["igw", "internet-gateway"],
  ["nat", "nat-gateway"],
  ["eigw", "egress-only-gateway"],
]);

function targetOf(index: ResourceIndex, owner: InfrastructureResource, block: Block): RouteTarget {
  for (const name of targetNames) {
    const value = argument(block, name);
    if (value === undefined || value === "") continue;
    if (value === "local") return { kind: "local", name: "local" };
    const named = index.named(value, owner, [...gatewayTypes.keys()]);
    if (named === undefined) continue;
    if (!isUnknown(named)) {
      const { resource } = named;
      return { kind: gatewayTypes.get(resource.type) ?? "other", resource, name: resource.address };
    }
    const kind = typeof value === "string" ? kindsByPrefix.get(value.split("-")[0] ?? "") : undefined;
    return { kind: kind ?? "other", name: typeof value === "string" ? value : `\`${name}\` of ${owner.address}` };
  }
  return { kind: "other", name: owner.address };
}

/** Where addresses outside the VPC go: to the longest range that holds them. */
export function routed({ routes, unknownRoutes }: RouteTable, addresses: IpSet): readonly RoutedPart[] {
  const hidden = unknownRoutes ?? routes.map(({ destination }) => destination).find(isUnknown);
  const known = routes.filter(({ destination }) => !isUnknown(destination)).sort((a, b) => b.prefixLength - a.prefixLength);
  const parts: RoutedPart[] = [];
  let left = addresses;
  for (const { destination, target } of known) {
    const taken = left.intersect(destination as IpSet);
    if (!taken.isEmpty) parts.push({ addresses: taken, target });
    left = left.subtract(taken);
  }
  if (!left.isEmpty) parts.push({ addresses: left });
  return hidden === undefined ? parts : parts.map((part) => ({ ...part, uncertain: hidden }));
}
