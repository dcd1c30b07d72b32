import { type InfrastructureResource, isUnknown, type Json, type Location, type Unknown, unknown, type Value } from "../model";
import { ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";
import { argument, type Block, blockIn, blocksIn, elementsIn, switchIn, textIn } from "./arguments";
import { cniNetworking, type CniNetworking } from "./cni-networking";
import type { ResourceIndex } from "./resource-index";
import { clusterGroupKey, type GroupKey, groupNamed, type SecurityGroup } from "./security-groups";
import type { Subnet } from "./subnets";

/** Where pods of a cluster run: the nodes of one group, or Fargate. */
export interface PodPlace {
  readonly kind: "node group" | "Fargate profile" | "Auto Mode";
  /** The address of the resource that makes it. */
  readonly name: string;
  /** Subnets that are known. */
  readonly subnets: readonly Subnet[];
  /** Set when there are others. */
  readonly unknownSubnets?: Unknown;
  /** The security groups of its network interfaces, those of the pods among them. */
  readonly groups: GroupSet;
  /** Whether its nodes get a public IPv4 address; absent: the subnet decides. */
  readonly publicIp?: Value<boolean>;
  readonly location: Location;
}

/** Security groups of an interface. */
export interface GroupSet {
  readonly keys: readonly GroupKey[];
  /** Set when there may be others. */
  readonly unknown?: Unknown;
}

/** Where pods run, and groups that EKS makes on the way. */
export interface PodPlaces {
  readonly places: readonly PodPlace[];
  readonly networking: CniNetworking;
  /** Groups that let a person in to nodes. */
  readonly made: readonly SecurityGroup[];
}

type Subnets = ReadonlyMap<InfrastructureResource, Subnet>;

/** Finds where pods run: managed node groups, Fargate profiles and clusters in Auto Mode. */
export function podPlaces(index: ResourceIndex, subnets: Subnets, groups: ReadonlyMap<GroupKey, SecurityGroup>): PodPlaces {
  const networking = cniNetworking(index);
  const context: Context = { index, subnets, groups, networking };
  const nodeGroups = index.ofType(["aws_eks_node_group"]).map((resource) => nodeGroup(resource, context));
  const fargate = index.ofType(["aws_eks_fargate_profile"]).map((resource) => fargateProfile(resource, context));
  const auto = index.ofType(["aws_eks_cluster"]).flatMap((resource) => autoMode(resource, context));
  const places = [...nodeGroups.map(({ place }) => place), ...fargate, ...auto];
  return { places, networking, made: nodeGroups.flatMap(({ made }) => made) };
}

interface Context {
  readonly index: ResourceIndex;
  readonly subnets: Subnets;
  readonly groups: ReadonlyMap<GroupKey, SecurityGroup>;
  readonly networking: CniNetworking;
}

type Placed = Pick<PodPlace, "subnets" | "unknownSubnets">;

/** The subnets an argument lists. */
export function subnetsIn(
  block: Block,
  name: string,
  owner: InfrastructureResource,
  { index, subnets }: Pick<Context, "index" | "subnets">,
): Placed {
  const listed = elementsIn(block, name);
  if (isUnknown(listed)) return { subnets: [], unknownSubnets: listed };
  const found = listed.map((each) => index.named(each, owner, ["aws_subnet"]) ?? unknown("an empty reference"));
  const missing = found.find(isUnknown);
  const known = found.flatMap((each) => (isUnknown(each) ? [] : (subnets.get(each.resource) ?? [])));
  return { subnets: known, ...(missing === undefined ? {} : { unknownSubnets: missing }) };
}

function nodeGroup(
  resource: InfrastructureResource,
  context: Context,
): { readonly place: PodPlace; readonly made: readonly SecurityGroup[] } {
  const { address, location, values } = resource;
  const template = templateOf(resource, context.index);
  const chosen =
    template === undefined ? undefined : isUnknown(template) ? { keys: [], unknown: template } : templateGroups(template, context.index);
  const made = remoteAccessGroup(resource, context.index);
  const base = chosen ?? clusterGroup(resource, context);
  const groups = { ...base, keys: [...base.keys, ...made.map(({ key }) => key)] };
  const publicIp = template === undefined || isUnknown(template) ? undefined : templatePublicIp(template);
  const place: PodPlace = {
    kind: "node group",
    name: address,
    ...subnetsIn(values, "subnet_ids", resource, context),
    groups: withCni(groups, context),
    ...(publicIp === undefined ? {} : { publicIp }),
    location,
  };
  return { place, made };
}

/** What the CNI may give pods instead of their node's groups. */
const withCni = (groups: GroupSet, { networking }: Context): GroupSet =>
  networking.ownInterfaces === undefined || groups.unknown !== undefined ? groups : { ...groups, unknown: networking.ownInterfaces };

/** The launch template of a node group; absent when EKS makes it. */
function templateOf(nodes: InfrastructureResource, index: ResourceIndex): InfrastructureResource | Unknown | undefined {
  const block = blockIn(nodes.values, "launch_template");
  if (block === undefined || isUnknown(block)) return block;
  const value = argument(block, "id") ?? argument(block, "name");
  const named = index.named(value, nodes, ["aws_launch_template"]);
  return named === undefined || isUnknown(named) ? named : named.resource;
}

/** Groups a template names, at the instance or at its interfaces; without any, EKS gives the cluster's own. */
function templateGroups(template: InfrastructureResource, index: ResourceIndex): GroupSet | undefined {
  const { values } = template;
  const interfaces = blocksIn(values, "network_interfaces");
  const lists = [
    elementsIn(values, "vpc_security_group_ids"),
    ...(isUnknown(interfaces) ? [interfaces] : interfaces.map((each) => elementsIn(each, "security_groups"))),
  ];
  const isComputed = (list: Unknown): boolean =>
    list.because.endsWith("is known only after apply") && !template.references.some((each) => each.includes("security_group"));
  const hidden = lists.filter(isUnknown).find((list) => !isComputed(list));
  const found = lists.flatMap((list) => (isUnknown(list) ? [] : list)).map((each) => groupNamed(index, each, template));
  const missing = hidden ?? found.find(isUnknown);
  const keys = found.filter((each) => typeof each === "string");
  if (keys.length === 0 && missing === undefined) return undefined;
  return { keys, ...(missing === undefined ? {} : { unknown: missing }) };
}

function templatePublicIp(template: InfrastructureResource): Value<boolean> | undefined {
  const block = blockIn(template.values, "network_interfaces");
  if (block === undefined || isUnknown(block)) return undefined;
  const written = argument(block, "associate_public_ip_address");
  return written === undefined || written === "" ? undefined : switchIn(block, "associate_public_ip_address", false);
}

/** The group of the cluster that a node group or profile belongs to, found by name. */
function clusterGroup(member: InfrastructureResource, { index }: Context): GroupSet {
  const clusters = index.ofType(["aws_eks_cluster"]);
  const name = argument(member.values, "cluster_name");
  const found = clusters.filter(({ values }) => typeof name === "string" && textIn(values, "name") === name);
  const named = found.length === 1 ? found[0] : referred(index, name, member);
  return named === undefined ? { keys: [], unknown: unknown(`the cluster of \`${member.address}\``) } : { keys: [clusterGroupKey(named)] };
}

function referred(index: ResourceIndex, name: Json | undefined, member: InfrastructureResource): InfrastructureResource | undefined {
  const named = index.named(name, member, ["aws_eks_cluster"]);
  return named === undefined || isUnknown(named) ? undefined : named.resource;
}

/** With a key to log in, EKS opens port 22 of the nodes: to the groups that are named, or to everyone. */
function remoteAccessGroup(resource: InfrastructureResource, index: ResourceIndex): readonly SecurityGroup[] {
  const block = blockIn(resource.values, "remote_access");
  if (block === undefined) return [];
  const name = `remote access group of ${resource.address}`;
  const key = `remote access ${resource.stack ?? ""} ${resource.address}`;
  return [remoteAccess({ key, name, block, resource, index })];
}

interface RemoteAccess {
  readonly key: GroupKey;
  readonly name: string;
  readonly block: Block;
  readonly resource: InfrastructureResource;
  readonly index: ResourceIndex;
}

function remoteAccess({ key, name, block, resource, index }: RemoteAccess): SecurityGroup {
  const listed = elementsIn(block, "source_security_group_ids");
  const sources = isUnknown(listed) ? [listed] : listed.map((each) => groupNamed(index, each, resource));
  const groups = sources.filter((each) => typeof each === "string");
  const rule = {
    name,
    direction: "ingress" as const,
    ports: ssh,
    addresses: sources.length === 0 && argument(block, "ec2_ssh_key") !== undefined ? IpSet.all : IpSet.none,
    groups,
    unknownPeers: sources.filter(isUnknown),
    location: resource.location,
  };
  return { key, name, rules: [rule], location: resource.location };
}

const port22 = ConnectionSet.of("TCP", PortSet.of(22));
const ssh = { certain: port22, possible: port22, unknowns: [] };

function fargateProfile(resource: InfrastructureResource, context: Context): PodPlace {
  const groups = clusterGroup(resource, context);
  const where = subnetsIn(resource.values, "subnet_ids", resource, context);
  return { kind: "Fargate profile", name: resource.address, ...where, groups, publicIp: false, location: resource.location };
}

/** In Auto Mode, EKS starts nodes in the cluster's subnets, unless a node class says otherwise. */
function autoMode(resource: InfrastructureResource, context: Context): readonly PodPlace[] {
  const compute = blockIn(resource.values, "compute_config");
  const network = blockIn(resource.values, "vpc_config");
  if (compute === undefined || network === undefined || switchIn(compute, "enabled", false) === false) return [];
  const groups = { keys: [clusterGroupKey(resource)], unknown: unknown(`node classes of \`${resource.address}\``) };
  const where = subnetsIn(network, "subnet_ids", resource, context);
  return [{ kind: "Auto Mode", name: resource.address, ...where, groups, publicIp: false, location: resource.location }];
}
