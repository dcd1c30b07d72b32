import { type InfrastructureResource, isUnknown, type Json, type Location, type Unknown, unknown, type Value } from "../model";
import { type Family, IpSet } from "../sets/ip-set";
import { argument, elementsIn, isObject, knownAmong, switchIn } from "./arguments";
import { aclTypes, type NetworkAcl, networkAcls, openAcl } from "./network-acls";
import type { ResourceIndex } from "./resource-index";
import { type RouteTable, routeTables, tableTypes } from "./route-tables";
import { addressesOf } from "./security-groups";

/** A VPC, as far as it is known. */
export interface Vpc {
  readonly name: string;
  /** Its ranges that are known. */
  readonly addresses: IpSet;
  /** Set when it has a range that is not known, for each family. */
  readonly unknownRanges: Readonly<Partial<Record<Family, Unknown>>>;
}

/** A subnet with everything that decides about its traffic. */
export interface Subnet {
  readonly name: string;
  readonly vpc: Value<Vpc>;
  /** Every address something in it can have, for each family: its range, or what is known of its VPC. */
  readonly addresses: Readonly<Record<Family, IpSet>>;
  /** Why `addresses` is wider than its range. */
  readonly unknownRanges: Readonly<Partial<Record<Family, Unknown>>>;
  /** Whether what is started in it gets a public IPv4 address. */
  readonly publicIp: Value<boolean>;
  readonly routes: Value<RouteTable>;
  readonly acl: Value<NetworkAcl>;
  readonly tags: Value<Readonly<Record<string, Json | undefined>>>;
  readonly location: Location;
}

const families = ["IPv4", "IPv6"] as const;

/** Every VPC of the input. */
export const vpcsIn = (index: ResourceIndex): ReadonlyMap<InfrastructureResource, Vpc> =>
  new Map(index.ofType(["aws_vpc"], true).map((resource) => [resource, vpcOf(index, resource)]));

/** Every subnet of the input. */
export function subnets(index: ResourceIndex): ReadonlyMap<InfrastructureResource, Subnet> {
  const vpcs = vpcsIn(index);
  const links: Links = { index, tables: routeTables(index), acls: networkAcls(index) };
  return new Map(index.ofType(["aws_subnet"], true).map((resource) => [resource, subnetOf(resource, vpcs, links)]));
}

interface Links {
  readonly index: ResourceIndex;
  readonly tables: ReadonlyMap<InfrastructureResource, RouteTable>;
  readonly acls: ReadonlyMap<InfrastructureResource, NetworkAcl>;
}

const named = (
  index: ResourceIndex,
  owner: InfrastructureResource,
  name: string,
  types: readonly string[],
): InfrastructureResource | Unknown => {
  const found = index.named(argument(owner.values, name), owner, types) ?? unknown(`\`${name}\` of \`${owner.address}\` is not set`);
  return isUnknown(found) ? found : found.resource;
};

function vpcOf(index: ResourceIndex, resource: InfrastructureResource): Vpc {
  const { values, address } = resource;
  const more = index
    .ofType(["aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association"])
    .filter((each) => [resource, undefined].includes(namedOrNone(index, each)));
  const ranges = (name: string): readonly (IpSet | Unknown)[] =>
    [values, ...more.map((each) => each.values)].flatMap((holder) => {
      const value = argument(holder, name);
      return value === undefined || value === "" ? [] : [addressesOf(value)];
    });
  const [v4, v6] = [ranges("cidr_block"), ranges("ipv6_cidr_block")];
  const generated = switchIn(values, "assign_generated_ipv6_cidr_block", false);
  const isMissing = v6.length === 0 && (generated !== false || more.some(({ type }) => type.includes("ipv6")));
  const hidden = {
    IPv4: v4.find(isUnknown),
    IPv6: v6.find(isUnknown) ?? (isMissing ? unknown(`the IPv6 range of \`${address}\``) : undefined),
  };
  return { name: address, addresses: IpSet.unionOf(knownAmong([...v4, ...v6])), unknownRanges: onlySet(hidden) };
}

/** The VPC a further range belongs to; none when that is not known, so that it may be any. */
const namedOrNone = (index: ResourceIndex, resource: InfrastructureResource): InfrastructureResource | undefined => {
  const vpc = named(index, resource, "vpc_id", ["aws_vpc"]);
  return isUnknown(vpc) ? undefined : vpc;
};

const onlySet = (hidden: Readonly<Record<Family, Unknown | undefined>>): Readonly<Partial<Record<Family, Unknown>>> =>
  Object.fromEntries(families.flatMap((family) => (hidden[family] === undefined ? [] : [[family, hidden[family]] as const])));

function subnetOf(resource: InfrastructureResource, vpcs: ReadonlyMap<InfrastructureResource, Vpc>, links: Links): Subnet {
  const { values, address, location } = resource;
  const parent = named(links.index, resource, "vpc_id", ["aws_vpc"]);
  const vpc = isUnknown(parent) ? parent : (vpcs.get(parent) ?? unknown(`the VPC of \`${address}\``));
  const ranges = { IPv4: argument(values, "cidr_block"), IPv6: argument(values, "ipv6_cidr_block") };
  const read = (family: Family): IpSet | Unknown =>
    ranges[family] === undefined || ranges[family] === "" ? IpSet.none : addressesOf(ranges[family]);
  const [v4, v6] = [read("IPv4"), read("IPv6")];
  const tags = argument(values, "tags") ?? argument(values, "tags_all") ?? {};
  return {
    name: address,
    vpc,
    addresses: { IPv4: isUnknown(v4) ? widest(vpc, "IPv4") : v4, IPv6: isUnknown(v6) ? widest(vpc, "IPv6") : v6 },
    unknownRanges: onlySet({ IPv4: isUnknown(v4) ? v4 : undefined, IPv6: isUnknown(v6) ? v6 : undefined }),
    publicIp: switchIn(values, "map_public_ip_on_launch", false),
    routes: tableOf(resource, parent, links),
    acl: aclOf(resource, parent, links),
    tags: isUnknown(tags) ? tags : isObject(tags) ? tags : {},
    location,
  };
}

/** All that is known of a range that is not: it lies within the VPC's. */
function widest(vpc: Value<Vpc>, family: Family): IpSet {
  if (isUnknown(vpc) || vpc.unknownRanges[family] !== undefined) return IpSet.all.ofFamily(family);
  return vpc.addresses.ofFamily(family);
}

/** The table associated with a subnet, else the main one of its VPC. */
function tableOf(subnet: InfrastructureResource, vpc: InfrastructureResource | Unknown, { index, tables }: Links): Value<RouteTable> {
  const associations = index.ofType(["aws_route_table_association"]).filter(({ values }) => argument(values, "gateway_id") === undefined);
  const found = associationOf(index, subnet, associations, "route_table_id", tableTypes);
  if (found !== undefined) return isUnknown(found) ? found : (tables.get(found) ?? unknown(`the routes of \`${found.address}\``));
  if (isUnknown(vpc)) return vpc;
  if (vpc.mode === "data") return unknown(`the main route table of \`${vpc.address}\`, which is only read`);
  const main = mainOf(index, vpc);
  if (main === undefined) return { name: `main route table of ${vpc.address}`, routes: [], location: vpc.location };
  return isUnknown(main) ? main : (tables.get(main) ?? unknown(`the routes of \`${main.address}\``));
}

function mainOf(index: ResourceIndex, vpc: InfrastructureResource): InfrastructureResource | Unknown | undefined {
  const chosen = index.ofType(["aws_main_route_table_association"]).find((each) => named(index, each, "vpc_id", ["aws_vpc"]) === vpc);
  if (chosen !== undefined) return named(index, chosen, "route_table_id", tableTypes);
  return adopted(index, vpc, "aws_default_route_table", "default_route_table_id");
}

/** The resource that took over what a VPC is created with. */
const adopted = (index: ResourceIndex, vpc: InfrastructureResource, type: string, name: string): InfrastructureResource | undefined =>
  index.ofType([type]).find((each) => {
    const id = argument(each.values, name);
    return named(index, each, name, ["aws_vpc"]) === vpc || (typeof id === "string" && argument(vpc.values, name) === id);
  });

/** The ACL a subnet is associated with, in either of the two ways to say it; else the default one of its VPC. */
function aclOf(subnet: InfrastructureResource, vpc: InfrastructureResource | Unknown, { index, acls }: Links): Value<NetworkAcl> {
  const apart = associationOf(index, subnet, index.ofType(["aws_network_acl_association"]), "network_acl_id", aclTypes);
  const lists = index.ofType(aclTypes).map((acl) => ({ acl, members: membersOf(index, acl) }));
  const listing = lists.find(({ members }) => !isUnknown(members) && members.includes(subnet))?.acl;
  const found = apart ?? listing ?? lists.map(({ members }) => members).find(isUnknown);
  if (found !== undefined) return isUnknown(found) ? found : (acls.get(found) ?? unknown(`the rules of \`${found.address}\``));
  if (isUnknown(vpc)) return vpc;
  if (vpc.mode === "data") return unknown(`the network ACLs of \`${vpc.address}\`, which is only read`);
  const own = adopted(index, vpc, "aws_default_network_acl", "default_network_acl_id");
  return (own === undefined ? undefined : acls.get(own)) ?? openAcl(`default network ACL of ${vpc.address}`, vpc.location);
}

/** The subnets an ACL lists; a member that cannot be told makes the whole list unknown, unless the provider computes it. */
function membersOf(index: ResourceIndex, acl: InfrastructureResource): readonly InfrastructureResource[] | Unknown {
  const listed = elementsIn(acl.values, "subnet_ids");
  if (isUnknown(listed))
    return listed.because.endsWith("is known only after apply") && !acl.references.some((each) => each.includes("aws_subnet."))
      ? []
      : listed;
  const members = listed.map((each) => index.named(each, acl, ["aws_subnet"]));
  const missing = members.find(isUnknown);
  return missing ?? members.flatMap((each) => (each === undefined || isUnknown(each) ? [] : [each.resource]));
}

/** What an association gives a subnet; an association whose subnet cannot be told may be this one's. */
function associationOf(
  index: ResourceIndex,
  subnet: InfrastructureResource,
  associations: readonly InfrastructureResource[],
  target: string,
  types: readonly string[],
): InfrastructureResource | Unknown | undefined {
  const ends = associations.map((each) => ({ each, end: named(index, each, "subnet_id", ["aws_subnet"]) }));
  const own = ends.find(({ end }) => end === subnet)?.each;
  if (own !== undefined) return named(index, own, target, types);
  return ends.map(({ end }) => end).find(isUnknown);
}
