import { type InfrastructureResource, isUnknown, type Location, type Unknown, unknown, type Value } from "../model";
import { argument } from "./arguments";
import type { ResourceIndex } from "./resource-index";
import type { Subnet } from "./subnets";

/** A NAT gateway: where it stands, and whether it has a public address. */
export interface NatGateway {
  readonly subnet: Value<Subnet>;
  readonly isPublic: Value<boolean>;
  readonly location: Location;
}

/** Every NAT gateway of the input. */
export const natGateways = (
  index: ResourceIndex,
  subnets: ReadonlyMap<InfrastructureResource, Subnet>,
): ReadonlyMap<InfrastructureResource, NatGateway> =>
  new Map(index.ofType(["aws_nat_gateway"], true).map((resource) => [resource, gatewayOf(index, resource, subnets)]));

function gatewayOf(
  index: ResourceIndex,
  resource: InfrastructureResource,
  subnets: ReadonlyMap<InfrastructureResource, Subnet>,
): NatGateway {
  const { values, address, location } = resource;
  const kind = argument(values, "connectivity_type");
  const subnet = index.named(argument(values, "subnet_id"), resource, ["aws_subnet"]) ?? unknown(`the subnet of \`${address}\``);
  return {
    subnet: isUnknown(subnet) ? subnet : known(subnets.get(subnet.resource), address),
    isPublic: isUnknown(kind) ? kind : kind !== "private",
    location,
  };
}

const known = (subnet: Subnet | undefined, address: string): Subnet | Unknown => subnet ?? unknown(`the subnet of \`${address}\``);
