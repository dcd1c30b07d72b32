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
import { np115ServicePortInRule } from "./rules/np115-service-port-in-rule";
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
import { vpc001PoliciesNotEnforced } from "./rules/vpc001-policies-not-enforced";
import { vpc002PodsOnFargateOrWindows } from "./rules/vpc002-pods-on-fargate-or-windows";
import { vpc003PodsWithoutIdentity } from "./rules/vpc003-pods-without-identity";
import { vpc004IdentifierCollision } from "./rules/vpc004-identifier-collision";
import { vpc005ServiceNotInPeer } from "./rules/vpc005-service-not-in-peer";
import { vpc006ServicePortDiffers } from "./rules/vpc006-service-port-differs";
import { vpc007PortRangeWithService } from "./rules/vpc007-port-range-with-service";
import { vpc008ServicePortsShareTarget } from "./rules/vpc008-service-ports-share-target";
import { vpc009NamedSidecarPort } from "./rules/vpc009-named-sidecar-port";
import { vpc010NamedPortWithoutPods } from "./rules/vpc010-named-port-without-pods";
import { vpc011NamedPortManyNumbers } from "./rules/vpc011-named-port-many-numbers";
import { vpc012BlockMissesService } from "./rules/vpc012-block-misses-service";
import { vpc013ExceptClosesForAll } from "./rules/vpc013-except-closes-for-all";
import { vpc014TooManyPorts } from "./rules/vpc014-too-many-ports";
import { vpc015HostNetwork } from "./rules/vpc015-host-network";
import { vpc016NodeTraffic } from "./rules/vpc016-node-traffic";
import { vpc017OtherAddressFamily } from "./rules/vpc017-other-address-family";
import { vpc018PingDropped } from "./rules/vpc018-ping-dropped";
import { vpc019PeerOpensServices } from "./rules/vpc019-peer-opens-services";
import { vpc020EnforcingMode } from "./rules/vpc020-enforcing-mode";
import { vpc021AwsEndpointsCutOff } from "./rules/vpc021-aws-endpoints-cut-off";
import { vpc022PolicyNotAfterAddOn } from "./rules/vpc022-policy-not-after-add-on";
import { vpc023ConflictingSettings } from "./rules/vpc023-conflicting-settings";
import { vpc024AwsPolicyPitfalls } from "./rules/vpc024-aws-policy-pitfalls";
import { vpc025HostBitsOverwrite } from "./rules/vpc025-host-bits-overwrite";
import { vpc026NamedTargetDiffers } from "./rules/vpc026-named-target-differs";
import { vpc027FaultyAddOnVersion } from "./rules/vpc027-faulty-add-on-version";
import { vpc028AddOnAfterCompute } from "./rules/vpc028-add-on-after-compute";
import { vpc029CniWithoutRole } from "./rules/vpc029-cni-without-role";
import { vpc030NodePortsOpenToInternet } from "./rules/vpc030-node-ports-open-to-internet";
import { vpc031IpBlockCoversVpcSubnets } from "./rules/vpc031-ip-block-covers-vpc-subnets";
import { vpc032PodsCannotReachEachOther } from "./rules/vpc032-pods-cannot-reach-each-other";
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
  np115ServicePortInRule,
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
  vpc001PoliciesNotEnforced,
  vpc002PodsOnFargateOrWindows,
  vpc003PodsWithoutIdentity,
  vpc004IdentifierCollision,
  vpc005ServiceNotInPeer,
  vpc006ServicePortDiffers,
  vpc007PortRangeWithService,
  vpc008ServicePortsShareTarget,
  vpc009NamedSidecarPort,
  vpc010NamedPortWithoutPods,
  vpc011NamedPortManyNumbers,
  vpc012BlockMissesService,
  vpc013ExceptClosesForAll,
  vpc014TooManyPorts,
  vpc015HostNetwork,
  vpc016NodeTraffic,
  vpc017OtherAddressFamily,
  vpc018PingDropped,
  vpc019PeerOpensServices,
  vpc020EnforcingMode,
  vpc021AwsEndpointsCutOff,
  vpc022PolicyNotAfterAddOn,
  vpc023ConflictingSettings,
  vpc024AwsPolicyPitfalls,
  vpc025HostBitsOverwrite,
  vpc026NamedTargetDiffers,
  vpc027FaultyAddOnVersion,
  vpc028AddOnAfterCompute,
  vpc029CniWithoutRole,
  vpc030NodePortsOpenToInternet,
  vpc031IpBlockCoversVpcSubnets,
  vpc032PodsCannotReachEachOther,
];

/** Codes that were used, or set aside, for rules that no longer exist; they are never used again. NP112 was an unquoted boolean label, which reading refuses. */
export const retiredCodes: readonly string[] = ["NP112"];

/** Everything that has a page: the rules, and what the tool reports of itself. */
export const documentedRules: readonly RuleMeta[] = [...lintRules, ruleFailed, ...Object.values(toolRules)];

/** The rules whose findings may carry an edit of the input that mends them. */
export const fixableCodes: readonly string[] = ["NP103", "NP107", "NP108", "NP109", "NP110", "NP204", "VPC025"];

/** Runs every rule that is asked for. */
export const lint = (context: LintContext, options: LintOptions = {}): LintRun => runRules(lintRules, context, options);
