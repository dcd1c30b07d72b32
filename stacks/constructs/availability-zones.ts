import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { Fn, type TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { placed } from "./placed";

/** Properties of `AvailabilityZones`. */
export interface AvailabilityZonesProps {
  readonly count: number;
  readonly region: string;
}

/** Zones in which EKS places no control plane, by the id they have in every account. */
const zonesWithoutEks = ["use1-az3", "usw1-az2", "cac1-az3"];

/** The first zones of the region, by name, in which EKS works. */
export class AvailabilityZones extends Construct {
  /** One name per zone. */
  readonly names: readonly string[];
  /** Fails the plan of what carries it when the region has too few zones. */
  readonly enough: TerraformResourceLifecycle;

  constructor(scope: Construct, id: string, { count, region }: AvailabilityZonesProps) {
    super(scope, id);
    placed(this);
    const zones = new DataAwsAvailabilityZones(this, "offered", {
      state: "available",
      excludeZoneIds: zonesWithoutEks,
      // Local Zones must be opted into, and hold no control plane either.
      filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    // Not element(): it starts over at the end of the list, and would put two subnets into one zone without a word.
    this.names = Array.from({ length: count }, (_, index) => Fn.lookupNested(zones.names, [index]) as string);
    const errorMessage = `${region} has fewer than ${count} availability zones for EKS: set \`azCount\` (NETPOL_EKS_AZ_COUNT) to a smaller number`;
    this.enough = { precondition: [{ condition: `\${length(${zones.fqn}.names) >= ${count}}`, errorMessage }] };
  }
}
