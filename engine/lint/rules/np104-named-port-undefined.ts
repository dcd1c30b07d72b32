import type { Evaluation } from "../../evaluation";
import { declaredPorts, destinationsOf, namedEntries } from "../named-ports";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import type { LintRule, RuleFinding } from "../rule";
import { placed, policyObject, quoted } from "../words";

export const np104NamedPortUndefined: LintRule = {
  code: "NP104",
  name: "named-port-undefined",
  title: "A rule names a port that no pod it can reach declares, so the entry opens nothing",
  severity: "error",
  category: "correctness",
  check({ evaluation }) {
    return writtenRules(evaluation).flatMap((written) => findings(evaluation, written));
  },
};

function findings(evaluation: Evaluation, written: WrittenRule): readonly RuleFinding[] {
  const entries = namedEntries(written.rule.ports);
  if (entries.length === 0) return [];
  const destinations = destinationsOf(evaluation, written);
  const ports = declaredPorts(evaluation);
  // Without a pod there is nothing to hold the name against, and pods that are not known may have any port.
  if (destinations.isEmpty || destinations.intersects(ports.unclear)) return [];
  return entries.flatMap(({ port, index }) => {
    // The right name with another protocol is the matter of NP106.
    if (destinations.intersects(ports.named(port.name))) return [];
    const whose = written.direction === "ingress" ? "pod the policy selects" : "pod the rule's peers name";
    return [
      {
        subject: policyObject(written.policy),
        message: `no ${whose} declares a port named ${quoted(port.name)}, so this entry opens nothing`,
        advice: "use a name from the `ports` of the destination's containers, or write the number",
        ...placed(written.policy),
        field: fieldOf(written, { port: index }),
        because: [refOf(written, { port: index })],
        key: `${written.direction} ${port.protocol ?? ""} ${port.name} ${JSON.stringify(written.rule.peers)}`,
      },
    ];
  });
}
