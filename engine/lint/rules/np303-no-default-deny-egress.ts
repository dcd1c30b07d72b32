import { coverageFindings } from "../default-deny";
import type { LintRule } from "../rule";

export const np303NoDefaultDenyEgress: LintRule = {
  code: "NP303",
  name: "no-default-deny-egress",
  title: "A namespace has no default deny for egress, so a pod that no policy selects may connect to anything",
  severity: "info",
  category: "coverage",
  check: (context) => coverageFindings(context, "egress"),
};
