import { coverageFindings } from "../default-deny";
import type { LintRule } from "../rule";

export const np302NoDefaultDenyIngress: LintRule = {
  code: "NP302",
  name: "no-default-deny-ingress",
  title: "A namespace has no default deny for ingress, so a pod that no policy selects is open",
  severity: "warning",
  category: "coverage",
  check: (context) => coverageFindings(context, "ingress"),
};
