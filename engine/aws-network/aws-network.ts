import type { InfrastructureResource } from "../model";
import { type Family, IpSet } from "../sets/ip-set";
import type { CniNetworking } from "./cni-networking";
import { type NatGateway, natGateways } from "./nat-gateways";
import { type PodPlace, podPlaces } from "./pod-places";
import { ResourceIndex } from "./resource-index";
import { type GroupKey, type SecurityGroup, securityGroups } from "./security-groups";
import { type ServiceAddresses, serviceAddresses } from "./service-addresses";
import { type Subnet, subnets } from "./subnets";
import { type VpcEndpoint, vpcEndpoints } from "./vpc-endpoints";

/** What of an AWS network decides about the traffic of pods. Nothing in it is guessed: what the input does not tell is an Unknown. */
export interface AwsNetwork {
  /** Where pods run. */
  readonly places: readonly PodPlace[];
  readonly subnets: readonly Subnet[];
  readonly groups: ReadonlyMap<GroupKey, SecurityGroup>;
  readonly endpoints: readonly VpcEndpoint[];
  readonly natGateways: ReadonlyMap<InfrastructureResource, NatGateway>;
  readonly networking: CniNetworking;
  readonly services: ServiceAddresses;
}

const known = new WeakMap<readonly InfrastructureResource[], AwsNetwork | "absent">();

/**
 * The AWS network that resources describe; `undefined` when they say nowhere that pods run (no node group, no Fargate profile, no cluster in Auto
 * Mode). Kept for each list of resources, since many rules ask.
 */
export function awsNetwork(resources: readonly InfrastructureResource[]): AwsNetwork | undefined {
  const found = known.get(resources) ?? read(resources) ?? "absent";
  known.set(resources, found);
  return found === "absent" ? undefined : found;
}

function read(resources: readonly InfrastructureResource[]): AwsNetwork | undefined {
  const index = new ResourceIndex(resources);
  const all = subnets(index);
  const groups = securityGroups(index);
  const { places, made, networking } = podPlaces(index, all, groups);
  if (places.length === 0) return undefined;
  const endpoints = vpcEndpoints(index, all);
  const everyGroup = new Map([...groups, ...made.map((group) => [group.key, group] as const)]);
  return {
    places,
    subnets: [...all.values()],
    groups: everyGroup,
    endpoints,
    natGateways: natGateways(index, all),
    networking,
    services: serviceAddresses(index),
  };
}

/** Every address that is known to be within a VPC that pods run in. */
export const vpcAddresses = ({ subnets: all }: AwsNetwork): IpSet =>
  IpSet.unionOf(all.flatMap(({ vpc }) => ("unknown" in vpc ? [] : [vpc.addresses])));

/** Every address that a subnet's interfaces can have, of the given families. */
export const addressesIn = ({ addresses }: Subnet, families: readonly Family[]): IpSet =>
  IpSet.unionOf(families.map((family) => addresses[family]));
