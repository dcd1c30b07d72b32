import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { AvailabilityZones } from "./constructs/availability-zones";
import { AwsAccount } from "./constructs/aws-account";
import { NatGateways } from "./constructs/nat-gateways";
import { PrivateSubnets } from "./constructs/private-subnets";
import { PublicSubnets } from "./constructs/public-subnets";
import { keepState } from "./constructs/state-backend";
import { subrange } from "./ipv4-cidr";
import type { Settings } from "./settings";

/** The network a cluster lives in: a VPC with a public and a private subnet in each zone. */
export class NetworkStack extends TerraformStack {
  /** For nodes, pods and the control plane's own addresses; one per zone. */
  readonly privateSubnetIds: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    keepState(this, settings.backend);
    new AwsAccount(this, "aws", settings);
    const { names: zones, enough } = new AvailabilityZones(this, "zones", { count: settings.azCount, region: settings.region });
    const vpc = this.vpc(settings, enough);
    const gateway = new InternetGateway(this, "internet-gateway", { vpcId: vpc.id, tags: { Name: settings.name } });
    const shared = { vpcId: vpc.id, zones, clusterName: settings.name };
    const publicSubnets = new PublicSubnets(this, "public", { ...shared, cidrs: publicCidrs(settings), gateway }).subnets;
    const nat = new NatGateways(this, "nat", { mode: settings.natMode, publicSubnets, gateway, clusterName: settings.name });
    const { subnets } = new PrivateSubnets(this, "private", { ...shared, cidrs: privateCidrs(settings), gatewayOf: nat.of });
    this.privateSubnetIds = subnets.map((subnet) => subnet.id);
  }

  private vpc({ vpcCidr, name }: Settings, lifecycle: AvailabilityZones["enough"]): Vpc {
    // A private cluster endpoint is found by DNS inside the VPC, which takes both switches.
    const dns = { enableDnsSupport: true, enableDnsHostnames: true };
    const vpc = new Vpc(this, "vpc", { cidrBlock: vpcCidr, ...dns, tags: { Name: name }, lifecycle });
    // Adopted without a rule: whatever is started without naming a security group can talk to nobody.
    new DefaultSecurityGroup(this, "default-security-group", { vpcId: vpc.id, ingress: [], egress: [], tags: { Name: `${name}-default` } });
    return vpc;
  }
}

/** Sixteenths of the VPC from its start, for pods take most addresses. */
const privateCidrs = ({ vpcCidr, azCount }: Settings): readonly string[] =>
  Array.from({ length: azCount }, (_, index) => subrange(vpcCidr, 4, index));

/** Of its last sixteenth, a sixteenth each: never part of a private subnet. */
const publicCidrs = ({ vpcCidr, azCount }: Settings): readonly string[] =>
  Array.from({ length: azCount }, (_, index) => subrange(vpcCidr, 8, 240 + index));
