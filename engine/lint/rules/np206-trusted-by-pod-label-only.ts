import { ruleKey } from "../exposed";
import { fieldOf, refOf, selectorText } from "../policy-rules";
import type { LintRule } from "../rule";
import { presentFlow, trustingPeers } from "../trusting-peers";
import { witnessed } from "../witness";
import { placed, policyObject, quoted } from "../words";

export const np206TrustedByPodLabelOnly: LintRule = {
  code: "NP206",
  name: "trusted-by-pod-label-only",
  title: "A policy lets pods of every namespace in by a pod label, which anybody can write on a pod",
  severity: "warning",
  category: "exposure",
  check({ evaluation }) {
    return trustingPeers(evaluation)
      .filter(({ trust }) => trust === "pod-label")
      .map((trusting) => {
        const { written, peer, pods } = trusting;
        return {
          subject: policyObject(written.policy),
          message: `the entry lets pods of every namespace in that are labelled ${quoted(selectorText(pods))}, and anybody who may create a pod can label it so`,
          advice: "name the namespaces the pods are in by `kubernetes.io/metadata.name`, in the same entry",
          ...placed(written.policy),
          field: fieldOf(written, { peer }),
          because: [refOf(written, { peer })],
          key: ruleKey(evaluation, written, [trusting.namespaces, pods].map(selectorText)),
          ...witnessed(presentFlow(evaluation, trusting)),
        };
      });
  },
};
