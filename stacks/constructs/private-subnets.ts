import type { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import type { SubnetsProps } from "./subnets-props";

/** Properties of `PrivateSubnets`. */
export interface PrivateSubnetsProps extends SubnetsProps {
  /** The gateway a zone leaves by. */
  readonly gatewayOf: (zone: number) => NatGateway;
}

/**
 * One subnet per zone for nodes and pods, reachable from the VPC only. Each has a route table of its own, so changing the number of NAT
 * gateways changes routes in place and moves no subnet.
 */
export class PrivateSubnets extends Construct {
  readonly subnets: readonly Subnet[];

  constructor(scope: Construct, id: string, { vpcId, zones, cidrs, clusterName, gatewayOf }: PrivateSubnetsProps) {
    super(scope, id);
    this.subnets = zones.map((availabilityZone, index) => {
      const name = `${clusterName}-private-${index}`;
      const subnet = new Subnet(this, `subnet-${index}`, {
        vpcId,
        availabilityZone,
        cidrBlock: cidrs[index] as string,
        mapPublicIpOnLaunch: false,
        tags: { Name: name, "kubernetes.io/role/internal-elb": "1", [`kubernetes.io/cluster/${clusterName}`]: "shared" },
      });
      const routeTable = new RouteTable(this, `route-table-${index}`, { vpcId, tags: { Name: name } });
      const natGatewayId = gatewayOf(index).id;
      new Route(this, `nat-${index}`, { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
      new RouteTableAssociation(this, `association-${index}`, { subnetId: subnet.id, routeTableId: routeTable.id });
      return subnet;
    });
  }
}
