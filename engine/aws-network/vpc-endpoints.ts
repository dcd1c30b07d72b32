import { type InfrastructureResource, isUnknown, type Location, type Unknown, unknown, type Value } from "../model";
import { argument, elementsIn, switchIn, textIn } from "./arguments";
import { type GroupSet, subnetsIn } from "./pod-places";
import type { ResourceIndex } from "./resource-index";
import { tableTypes } from "./route-tables";
import { groupNamed } from "./security-groups";
import type { Subnet } from "./subnets";

/** A way to an AWS service that does not leave the VPC. */
export interface VpcEndpoint {
  readonly name: string;
  /** `com.amazonaws.eu-west-1.s3` */
  readonly service: Value<string>;
  readonly type: Value<"Gateway" | "Interface" | "other">;
  /** Whether the service's usual name leads to it. Of interface endpoints only. */
  readonly privateDns: Value<boolean>;
  /** Of an interface endpoint: where its interfaces are, and their groups. */
  readonly subnets: readonly Subnet[];
  readonly unknownSubnets?: Unknown;
  readonly groups: GroupSet;
  /** Of a gateway endpoint: names of the route tables that lead to it. */
  readonly tables: readonly string[];
  readonly unknownTables?: Unknown;
  readonly location: Location;
}

/** Every endpoint of the input. */
export const vpcEndpoints = (index: ResourceIndex, subnets: ReadonlyMap<InfrastructureResource, Subnet>): readonly VpcEndpoint[] =>
  index.ofType(["aws_vpc_endpoint"]).map((resource) => endpointOf(index, resource, subnets));

function endpointOf(
  index: ResourceIndex,
  resource: InfrastructureResource,
  subnets: ReadonlyMap<InfrastructureResource, Subnet>,
): VpcEndpoint {
  const { values, address, location } = resource;
  const service = argument(values, "service_name");
  const type = argument(values, "vpc_endpoint_type");
  return {
    name: address,
    service: typeof service === "string" ? service : isUnknown(service) ? service : unknown(`the service of \`${address}\``),
    type: isUnknown(type) ? type : typeOf(textIn(values, "vpc_endpoint_type")),
    privateDns: switchIn(values, "private_dns_enabled", false),
    ...subnetsIn(values, "subnet_ids", resource, { index, subnets }),
    groups: groupsOf(index, resource),
    ...tablesOf(index, resource),
    location,
  };
}

/** @default Gateway */
const typeOf = (text: string | undefined): "Gateway" | "Interface" | "other" =>
  text === undefined || text === "Gateway" ? "Gateway" : text === "Interface" ? text : "other";

/** Without a group of its own, an endpoint has the default one of its VPC, whose rules only that group's own resource tells. */
function groupsOf(index: ResourceIndex, resource: InfrastructureResource): GroupSet {
  const listed = elementsIn(resource.values, "security_group_ids");
  if (isUnknown(listed)) return { keys: [], unknown: listed };
  if (listed.length === 0)
    return { keys: [], unknown: unknown(`the default security group of the VPC, which \`${resource.address}\` has`) };
  const found = listed.map((each) => groupNamed(index, each, resource));
  const missing = found.find(isUnknown);
  return { keys: found.filter((each) => typeof each === "string"), ...(missing === undefined ? {} : { unknown: missing }) };
}

function tablesOf(index: ResourceIndex, resource: InfrastructureResource): Pick<VpcEndpoint, "tables" | "unknownTables"> {
  const apart = index.ofType(["aws_vpc_endpoint_route_table_association"]).filter((each) => {
    const named = index.named(argument(each.values, "vpc_endpoint_id"), each, ["aws_vpc_endpoint"]);
    return named !== undefined && !isUnknown(named) && named.resource === resource;
  });
  const listed = elementsIn(resource.values, "route_table_ids");
  const own = isUnknown(listed) ? [] : listed.map((each) => index.named(each, resource, tableTypes));
  const named = [...own, ...apart.map((each) => index.named(argument(each.values, "route_table_id"), each, tableTypes))];
  const missing = named.find(isUnknown) ?? (isUnknown(listed) && apart.length === 0 ? listed : undefined);
  const tables = named.flatMap((each) => (each === undefined || isUnknown(each) ? [] : [each.resource.address]));
  return { tables, ...(missing === undefined ? {} : { unknownTables: missing }) };
}
