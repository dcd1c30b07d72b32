import type { EgressOnlyInternetGateway } from "@cdktf/provider-aws/lib/egress-only-internet-gateway";
import type { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import { ipv6Of, type SubnetsProps } from "./subnets-props";
import { placed } from "./placed";

/** Properties of `PrivateSubnets`. */
export interface PrivateSubnetsProps extends SubnetsProps {
  /** The gateway a zone leaves by. */
  readonly gatewayOf: (zone: number) => NatGateway;
  /** The way out for IPv6, where there is any. */
  readonly ipv6Gateway?: EgressOnlyInternetGateway;
}

/**
 * One subnet per zone for nodes and pods, reachable from the VPC only. Each has a route table of its own, so changing the number of NAT
 * gateways changes routes in place and moves no subnet.
 */
export class PrivateSubnets extends Construct {
  readonly subnets: readonly Subnet[];

  constructor(scope: Construct, id: string, props: PrivateSubnetsProps) {
    super(scope, id);
    placed(this);
    const { vpcId, zones, cidrs, clusterName, gatewayOf } = props;
    this.subnets = zones.map((availabilityZone, index) => {
      const name = `${clusterName}-private-${index}`;
      const subnet = new Subnet(this, `subnet-${index}`, {
        vpcId,
        availabilityZone,
        cidrBlock: cidrs[index] as string,
        mapPublicIpOnLaunch: false,
        ...ipv6Of(props, index),
        tags: { Name: name, "kubernetes.io/role/internal-elb": "1", [`kubernetes.io/cluster/${clusterName}`]: "shared" },
      });
      const routeTable = new RouteTable(this, `route-table-${index}`, { vpcId, tags: { Name: name } });
      const natGatewayId = gatewayOf(index).id;
      new Route(this, `nat-${index}`, { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
      this.routeIpv6(props, routeTable.id, index);
      new RouteTableAssociation(this, `association-${index}`, { subnetId: subnet.id, routeTableId: routeTable.id });
      return subnet;
    });
  }

  private routeIpv6({ ipv6Gateway }: PrivateSubnetsProps, routeTableId: string, index: number): void {
    if (ipv6Gateway === undefined) return;
    const egressOnlyGatewayId = ipv6Gateway.id;
    new Route(this, `ipv6-${index}`, { routeTableId, destinationIpv6CidrBlock: "::/0", egressOnlyGatewayId });
  }
}
