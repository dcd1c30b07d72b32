import { Eip } from "@cdktf/provider-aws/lib/eip";
import type { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import type { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import type { NatMode } from "../setting-table";
import { placed } from "./placed";

/** Properties of `NatGateways`. */
export interface NatGatewaysProps {
  readonly mode: NatMode;
  /** One per zone. */
  readonly publicSubnets: readonly Subnet[];
  readonly gateway: InternetGateway;
  readonly clusterName: string;
}

/** The nodes' way out: one gateway for all zones (cheap), or one in each (a zone can fail alone). */
export class NatGateways extends Construct {
  private readonly gateways: readonly NatGateway[];

  constructor(scope: Construct, id: string, { mode, publicSubnets, gateway, clusterName }: NatGatewaysProps) {
    super(scope, id);
    placed(this);
    const used = mode === "single" ? publicSubnets.slice(0, 1) : publicSubnets;
    this.gateways = used.map((subnet, index) => {
      const tags = { Name: `${clusterName}-nat-${index}` };
      const address = new Eip(this, `address-${index}`, { domain: "vpc", tags, dependsOn: [gateway] });
      return new NatGateway(this, `gateway-${index}`, { allocationId: address.id, subnetId: subnet.id, tags, dependsOn: [gateway] });
    });
  }

  /** The gateway that serves a zone, counted from 0. */
  readonly of = (zone: number): NatGateway => (this.gateways[zone] ?? this.gateways[0]) as NatGateway;
}
