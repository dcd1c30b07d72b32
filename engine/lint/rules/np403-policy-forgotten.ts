import { networkPolicyRef } from "../../reasons";
import { policyKinds } from "../policy-kinds";
import type { LintRule } from "../rule";
import { selectedPods } from "../selected-pods";
import { objectName } from "../words";

export const np403PolicyForgotten: LintRule = {
  code: "NP403",
  name: "policy-forgotten",
  title: "A plan forgets a policy: it stays in force in the cluster, and nobody manages it any more",
  severity: "warning",
  category: "change",
  needs: ["plan"],
  check({ changes, before }) {
    return changes
      .filter(({ effect, before: old }) => effect === "forget" && old !== undefined && policyKinds.has(old.kind))
      .map(({ address, location, before: old }) => {
        const subject = old ?? { kind: "NetworkPolicy", name: address };
        const place =
          before === undefined || subject.kind !== "NetworkPolicy"
            ? undefined
            : selectedPods(before).placeOf(subject.namespace ?? "", subject.name);
        const policy = place === undefined ? undefined : before?.cluster.policies[place];
        return {
          subject,
          message: `${objectName(subject)} is taken out of Terraform's state and not out of the cluster: it stays in force, and no plan will show it again`,
          advice: "delete the policy if it is to go, or import it where it is managed from now on",
          location,
          because: policy === undefined ? [] : [networkPolicyRef(policy)],
          key: "forget",
        };
      });
  },
};
