import { policiesOf } from "../../enforcement/covered-workloads";
import { PodIdentifiers } from "../../vpc-cni/pod-identifiers";
import { isSince, releases } from "../../vpc-cni/versions";
import { cniContext } from "../cni-context";
import { aboutVpcCni, policyRefs } from "../cni-findings";
import type { LintRule } from "../rule";
import { listed, nameOf, placed, workloadObject } from "../words";

export const vpc004IdentifierCollision: LintRule = {
  ...aboutVpcCni,
  code: "VPC004",
  name: "identifier-collision",
  title: "Two workloads of different namespaces have one identifier in the node agent before v1.22.4, and so share their policies",
  severity: "warning",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    const { evaluation } = context;
    const isFixed = isSince(cni.settings, releases.identifierWithNamespace);
    const identifiers = new PodIdentifiers(evaluation.cluster.workloads, cni.settings, new Set(["L-05"]));
    return evaluation.cluster.workloads.flatMap((workload) => {
      const others = identifiers.sharing(workload).filter(({ namespace }) => namespace !== workload.namespace);
      const policies = [workload, ...others].flatMap((each) => policiesOf(evaluation, each));
      if (others.length === 0 || policies.length === 0) return [];
      return [
        {
          subject: workloadObject(workload),
          message: `on one node, the agent takes its pods and those of ${listed(others.map(nameOf))} for the same (name and namespace make one text), and applies the policies of both${isFixed === "maybe" ? "; it depends on the version of the add-on, which is not known" : ""}`,
          advice: "set `addon_version` to v1.22.4 or later, or rename one of them",
          ...placed(workload),
          because: policyRefs([...new Set(policies)]),
          key: others.map(nameOf).sort().join(),
          ...(isFixed === "maybe" ? { severity: "info" as const } : {}),
        },
      ];
    });
  },
};
