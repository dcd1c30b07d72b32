import { clusterEnforcement } from "../cni-context";
import { aboutVpcCni, obstacleFinding } from "../cni-findings";
import type { LintRule } from "../rule";

export const vpc023ConflictingSettings: LintRule = {
  ...aboutVpcCni,
  code: "VPC023",
  name: "conflicting-settings",
  title: "A setting of the vpc-cni add-on, or another policy engine, keeps the node agent from enforcing policies",
  severity: "error",
  check: (context) =>
    clusterEnforcement(context)
      .obstacles.filter(({ code }) => code === "VPC023")
      .map((obstacle) => ({ ...obstacleFinding(obstacle), key: obstacle.message })),
};
