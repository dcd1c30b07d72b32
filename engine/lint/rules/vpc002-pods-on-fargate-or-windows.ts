import { certainPoliciesOf } from "../certain-policies";
import { clusterEnforcement } from "../cni-context";
import { aboutVpcCni, deniedFlow, policyRefs } from "../cni-findings";
import type { LintRule } from "../rule";
import { witnessed } from "../witness";
import { listed, nameOf, placed, workloadObject } from "../words";

export const vpc002PodsOnFargateOrWindows: LintRule = {
  ...aboutVpcCni,
  code: "VPC002",
  name: "pods-on-fargate-or-windows",
  title: "Policies select pods that run on Fargate or on Windows nodes, where the VPC CNI enforces nothing",
  severity: "error",
  check(context) {
    const { uncovered, settings } = clusterEnforcement(context);
    return uncovered
      .filter(({ because }) => because.includes("L-02"))
      .map(({ workload, policies, isEnforced }) => {
        const isWindows = settings.nodes.windows.some(
          (each) => each.kind === workload.kind && each.namespace === workload.namespace && each.name === workload.name,
        );
        const where = isWindows ? "on Windows nodes" : "on Fargate";
        const isCertain = certainPoliciesOf(context.evaluation, workload).length > 0;
        const names = `${listed(policies.map(nameOf))}${isCertain ? "" : ", if the labels are such,"}`;
        return {
          subject: workloadObject(workload),
          message: `the pods ${isEnforced === "no" ? "run" : "may run"} ${where}, where the VPC CNI enforces nothing: ${names} ${policies.length === 1 ? "has" : "have"} no effect on them`,
          advice: isWindows
            ? "run them on EC2 Linux nodes, or keep others away from them with security groups"
            : "take them out of the Fargate profile's selectors, or give them security groups of their own",
          ...placed(workload),
          because: policyRefs(policies),
          key: "uncovered",
          ...(isEnforced === "no" && isCertain ? {} : { severity: "info" as const }),
          ...witnessed(deniedFlow(context, [workload])),
        };
      });
  },
};
