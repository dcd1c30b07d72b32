import { ruleKey } from "../exposed";
import { fieldOf, refOf, selectorText } from "../policy-rules";
import type { LintRule } from "../rule";
import { presentFlow, trustingPeers } from "../trusting-peers";
import { witnessed } from "../witness";
import { placed, policyObject, quoted } from "../words";

export const np203SpoofableNamespaceLabel: LintRule = {
  code: "NP203",
  name: "spoofable-namespace-label",
  title: "A policy trusts namespaces by a label that whoever may label a namespace can set",
  severity: "info",
  category: "exposure",
  check({ evaluation }) {
    return trustingPeers(evaluation)
      .filter(({ trust }) => trust === "namespace-label")
      .map((trusting) => {
        const { written, peer, namespaces } = trusting;
        return {
          subject: policyObject(written.policy),
          message: `the entry trusts namespaces by ${quoted(selectorText(namespaces))}, which whoever may create or label a namespace can set`,
          advice:
            "name the namespaces by `kubernetes.io/metadata.name`, which nobody can change, or guard the label with an admission policy",
          ...placed(written.policy),
          field: `${fieldOf(written, { peer })}.namespaceSelector`,
          because: [refOf(written, { peer })],
          key: ruleKey(evaluation, written, [namespaces, trusting.pods].map(selectorText)),
          ...witnessed(presentFlow(evaluation, trusting)),
        };
      });
  },
};
