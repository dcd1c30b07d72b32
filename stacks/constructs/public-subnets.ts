import type { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import { ipv6Of, type SubnetsProps } from "./subnets-props";
import { placed } from "./placed";

/** Properties of `PublicSubnets`. */
export interface PublicSubnetsProps extends SubnetsProps {
  readonly gateway: InternetGateway;
}

/** One subnet per zone for load balancers and NAT gateways, routed to the internet. Nothing in it gets a public address by itself. */
export class PublicSubnets extends Construct {
  readonly subnets: readonly Subnet[];

  constructor(scope: Construct, id: string, props: PublicSubnetsProps) {
    super(scope, id);
    placed(this);
    const { vpcId, zones, cidrs, ipv6Cidrs, clusterName, gateway } = props;
    const tags = { Name: `${clusterName}-public` };
    const routeTable = new RouteTable(this, "route-table", { vpcId, tags });
    new Route(this, "internet", { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id });
    if (ipv6Cidrs !== undefined) {
      new Route(this, "internet-ipv6", { routeTableId: routeTable.id, destinationIpv6CidrBlock: "::/0", gatewayId: gateway.id });
    }
    this.subnets = zones.map((availabilityZone, index) => {
      const subnet = new Subnet(this, `subnet-${index}`, {
        vpcId,
        availabilityZone,
        cidrBlock: cidrs[index] as string,
        mapPublicIpOnLaunch: false,
        ...ipv6Of(props, index),
        tags: {
          Name: `${clusterName}-public-${index}`,
          "kubernetes.io/role/elb": "1",
          [`kubernetes.io/cluster/${clusterName}`]: "shared",
        },
      });
      new RouteTableAssociation(this, `association-${index}`, { subnetId: subnet.id, routeTableId: routeTable.id });
      return subnet;
    });
  }
}
