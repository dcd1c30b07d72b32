import { type LintOptions, type LintRun, ruleFailed, runRules } from "./lint";
import type { LintContext, LintRule, RuleMeta } from "./rule";
import { np101SelectorMatchesNothing } from "./rules/np101-selector-matches-nothing";
import { np102AllowAllBesideDefaultDeny } from "./rules/np102-allow-all-beside-default-deny";
import { np103InertDirection } from "./rules/np103-inert-direction";
import { np104NamedPortUndefined } from "./rules/np104-named-port-undefined";
import { np105NamespaceNameTypo } from "./rules/np105-namespace-name-typo";
import { np106PortProtocolMismatch } from "./rules/np106-port-protocol-mismatch";
import { np107ImplicitIngressIsolation } from "./rules/np107-implicit-ingress-isolation";
import { np108HostBitsInCidr } from "./rules/np108-host-bits-in-cidr";
import { np109ExceptOutsideCidr } from "./rules/np109-except-outside-cidr";
import { np110RuleShadowed } from "./rules/np110-rule-shadowed";
import { np111DuplicateObject } from "./rules/np111-duplicate-object";
import { np113DeprecatedClusterPolicy } from "./rules/np113-deprecated-cluster-policy";
import { np114AmbiguousPriority } from "./rules/np114-ambiguous-priority";
import { np201ExposedToInternet } from "./rules/np201-exposed-to-internet";
import { np202ExposedToAnyNamespace } from "./rules/np202-exposed-to-any-namespace";
import { np203SpoofableNamespaceLabel } from "./rules/np203-spoofable-namespace-label";
import { np204InstanceMetadataReachable } from "./rules/np204-instance-metadata-reachable";
import { np205EgressToInternetOpen } from "./rules/np205-egress-to-internet-open";
import { np206TrustedByPodLabelOnly } from "./rules/np206-trusted-by-pod-label-only";
import { np207EveryPortOpen } from "./rules/np207-every-port-open";
import { np301DnsEgressBlocked } from "./rules/np301-dns-egress-blocked";
import { np302NoDefaultDenyIngress } from "./rules/np302-no-default-deny-ingress";
import { np303NoDefaultDenyEgress } from "./rules/np303-no-default-deny-egress";
import { np304WorkloadNotIsolated } from "./rules/np304-workload-not-isolated";
import { np305WebhookOrMetricsCutOff } from "./rules/np305-webhook-or-metrics-cut-off";
import { np306PortNameDisagrees } from "./rules/np306-port-name-disagrees";
import { np401PolicyReplacedDeleteFirst } from "./rules/np401-policy-replaced-delete-first";
import { np402DefaultDenyRemoved } from "./rules/np402-default-deny-removed";
import { np403PolicyForgotten } from "./rules/np403-policy-forgotten";
import { np404ExposureWidened } from "./rules/np404-exposure-widened";
import { np405ObjectFights } from "./rules/np405-object-fights";
import { toolRules } from "./tool-rules";

export { toolRules } from "./tool-rules";
export { fingerprintSource, type LintOptions, type LintRun, type NotRun, ruleFailed, runRules } from "./lint";
export type * from "./rule";

/** Every rule, in the order of their codes. */
export const lintRules: readonly LintRule[] = [
  np101SelectorMatchesNothing,
  np102AllowAllBesideDefaultDeny,
  np103InertDirection,
  np104NamedPortUndefined,
  np105NamespaceNameTypo,
  np106PortProtocolMismatch,
  np107ImplicitIngressIsolation,
  np108HostBitsInCidr,
  np109ExceptOutsideCidr,
  np110RuleShadowed,
  np111DuplicateObject,
  np113DeprecatedClusterPolicy,
  np114AmbiguousPriority,
  np201ExposedToInternet,
  np202ExposedToAnyNamespace,
  np203SpoofableNamespaceLabel,
  np204InstanceMetadataReachable,
  np205EgressToInternetOpen,
  np206TrustedByPodLabelOnly,
  np207EveryPortOpen,
  np301DnsEgressBlocked,
  np302NoDefaultDenyIngress,
  np303NoDefaultDenyEgress,
  np304WorkloadNotIsolated,
  np305WebhookOrMetricsCutOff,
  np306PortNameDisagrees,
  np401PolicyReplacedDeleteFirst,
  np402DefaultDenyRemoved,
  np403PolicyForgotten,
  np404ExposureWidened,
  np405ObjectFights,
];

/** Codes that were used, or set aside, for rules that no longer exist; they are never used again. NP112 was an unquoted boolean label, which reading refuses. */
export const retiredCodes: readonly string[] = ["NP112"];

/** Everything that has a page: the rules, and what the tool reports of itself. */
export const documentedRules: readonly RuleMeta[] = [...lintRules, ruleFailed, ...Object.values(toolRules)];

/** The rules whose findings may carry an edit of the input that mends them. */
export const fixableCodes: readonly string[] = ["NP103", "NP107", "NP108", "NP109", "NP110"];

/** Runs every rule that is asked for. */
export const lint = (context: LintContext, options: LintOptions = {}): LintRun => runRules(lintRules, context, options);
