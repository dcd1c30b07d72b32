import { ruleKey } from "../exposed";
import { fieldOf, refOf, selectorText } from "../policy-rules";
import type { LintRule } from "../rule";
import { strangerFlow, type TrustingPeer, trustingPeers } from "../trusting-peers";
import { witnessed } from "../witness";
import { placed, policyObject, quoted } from "../words";

export const np202ExposedToAnyNamespace: LintRule = {
  code: "NP202",
  name: "exposed-to-any-namespace",
  title: "A policy lets every pod of every namespace in, those that do not exist yet included",
  severity: "warning",
  category: "exposure",
  check({ evaluation }) {
    return (
      trustingPeers(evaluation)
        // What runs there serves every namespace: that is its purpose.
        .filter(({ trust, written }) => trust === "anyone" && written.policy.namespace !== "kube-system")
        .map((trusting) => {
          const { written, peer } = trusting;
          return {
            subject: policyObject(written.policy),
            message: `the entry lets every pod of every namespace${exceptText(trusting)} in, whoever makes it`,
            advice: "name the namespaces by `kubernetes.io/metadata.name`, and their pods by label",
            ...placed(written.policy),
            field: fieldOf(written, { peer }),
            because: [refOf(written, { peer })],
            key: ruleKey(evaluation, written, [trusting.namespaces, trusting.pods].map(selectorText)),
            ...witnessed(strangerFlow(evaluation, trusting)),
          };
        })
    );
  },
};

/** What an entry asks for that somebody nobody thought of has as well: that something is not there. */
function exceptText({ namespaces, pods }: TrustingPeer): string {
  const asked = [namespaces, pods].map(selectorText).filter((text) => text !== "");
  return asked.length === 0 ? "" : ` with ${asked.map(quoted).join(" and ")}, which holds for whoever has no such label,`;
}
