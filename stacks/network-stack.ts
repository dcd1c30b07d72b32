import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { EgressOnlyInternetGateway } from "@cdktf/provider-aws/lib/egress-only-internet-gateway";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Fn, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { AvailabilityZones } from "./constructs/availability-zones";
import { AwsAccount } from "./constructs/aws-account";
import { NatGateways } from "./constructs/nat-gateways";
import { placed, recordPlaces } from "./constructs/placed";
import { PrivateSubnets } from "./constructs/private-subnets";
import { PublicSubnets } from "./constructs/public-subnets";
import { keepState } from "./constructs/state-backend";
import { VpcFlowLog } from "./constructs/vpc-flow-log";
import { subrange } from "./ipv4-cidr";
import type { Settings } from "./settings";
import { writeWaivers } from "./waivers";

/** The network a cluster lives in: a VPC with a public and a private subnet in each zone. */
export class NetworkStack extends TerraformStack {
  /** For nodes, pods and the control plane's own addresses; one per zone. */
  readonly privateSubnetIds: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    keepState(this, settings.backend);
    recordPlaces(this);
    writeWaivers(this, "network", settings);
    const account = new AwsAccount(this, "aws", settings);
    const { names: zones, enough } = new AvailabilityZones(this, "zones", { count: settings.azCount, region: settings.region });
    const vpc = this.vpc(settings, enough);
    const gateway = placed(new InternetGateway(this, "internet-gateway", { vpcId: vpc.id, tags: { Name: settings.name } }));
    const shared = { vpcId: vpc.id, zones, clusterName: settings.name };
    const { publicIpv6, privateIpv6 } = this.ipv6(settings, vpc);
    const publicSubnets = new PublicSubnets(this, "public", { ...shared, cidrs: publicCidrs(settings), gateway, ...publicIpv6 }).subnets;
    const nat = new NatGateways(this, "nat", { mode: settings.natMode, publicSubnets, gateway, clusterName: settings.name });
    const { subnets } = new PrivateSubnets(this, "private", {
      ...shared,
      cidrs: privateCidrs(settings),
      gatewayOf: nat.of,
      ...privateIpv6,
    });
    if (settings.protection.flowLogs) new VpcFlowLog(this, "flow-logs", { settings, account, vpcId: vpc.id });
    this.privateSubnetIds = subnets.map((subnet) => subnet.id);
  }

  private vpc({ vpcCidr, name, ipFamily }: Settings, lifecycle: AvailabilityZones["enough"]): Vpc {
    // A private cluster endpoint is found by DNS inside the VPC, which takes both switches.
    const dns = { enableDnsSupport: true, enableDnsHostnames: true };
    const ipv6 = ipFamily === "ipv6" ? { assignGeneratedIpv6CidrBlock: true } : {};
    const vpc = placed(new Vpc(this, "vpc", { cidrBlock: vpcCidr, ...ipv6, ...dns, tags: { Name: name }, lifecycle }));
    // Adopted without a rule: whatever is started without naming a security group can talk to nobody.
    const closed = { ingress: [], egress: [], tags: { Name: `${name}-default` } };
    placed(new DefaultSecurityGroup(this, "default-security-group", { vpcId: vpc.id, ...closed }));
    return vpc;
  }

  /** A /64 for each subnet, numbered like its IPv4 range, and a way out that lets nobody in. */
  private ipv6({ ipFamily, azCount, name }: Settings, vpc: Vpc): { readonly publicIpv6?: Ipv6Range; readonly privateIpv6?: Ipv6WayOut } {
    if (ipFamily === "ipv4") return {};
    const cidrs = (first: number): readonly string[] =>
      Array.from({ length: azCount }, (_, index) => Fn.cidrsubnet(vpc.ipv6CidrBlock, 8, first + index));
    const ipv6Gateway = placed(new EgressOnlyInternetGateway(this, "ipv6-gateway", { vpcId: vpc.id, tags: { Name: name } }));
    return { publicIpv6: { ipv6Cidrs: cidrs(firstPublic) }, privateIpv6: { ipv6Cidrs: cidrs(0), ipv6Gateway } };
  }
}

interface Ipv6Range {
  readonly ipv6Cidrs: readonly string[];
}

interface Ipv6WayOut extends Ipv6Range {
  readonly ipv6Gateway: EgressOnlyInternetGateway;
}

/** Public subnets are counted from the start of the VPC's last sixteenth. */
const firstPublic = 240;

/** Sixteenths of the VPC from its start, for pods take most addresses. */
const privateCidrs = ({ vpcCidr, azCount }: Settings): readonly string[] =>
  Array.from({ length: azCount }, (_, index) => subrange(vpcCidr, 4, index));

/** Of its last sixteenth, a sixteenth each: never part of a private subnet. */
const publicCidrs = ({ vpcCidr, azCount }: Settings): readonly string[] =>
  Array.from({ length: azCount }, (_, index) => subrange(vpcCidr, 8, firstPublic + index));
