/** The policy engine: what NetworkPolicies mean. Pure; start with `evaluate`. */
export {
  type Comparison,
  type ComparisonLimit,
  comparePolicies,
  type Containment,
  type DifferenceWitness,
  type Relation,
} from "./compare/compare";
export type { ClusterRuleRef, DecidedBy, DirectionVerdict, PolicyRef, RuleRef, Verdict } from "./decision";
export { type Causes, type ConnectionDifference, diff, type Diff, type DiffEnd } from "./diff/diff";
export type { PolicyDifference, PolicyDifferences } from "./diff/policy-differences";
export type { Denial } from "./explain/denial";
export { evaluate, evaluateChange, type EvaluatedChange, type Evaluation, update } from "./evaluation";
export { checkExpectations, type ExpectationContext, type PoliciesOfReference } from "./expectations/check-expectations";
export { explain, type Explanation } from "./explain/explain";
export {
  type DirectionExposure,
  exposure,
  type Exposure,
  type NamespaceScope,
  type UnlistedExposure,
  type Witness,
  type WorkloadExposure,
} from "./exposure/exposure";
export type { PolicySet } from "./compare/joint-evaluation";
export type { LabelChange } from "./what-if/label-change";
export type { LabelDifference } from "./what-if/label-differences";
export type { LabelEffect } from "./what-if/label-effects";
export type { LabelMention } from "./what-if/label-mentions";
export {
  type CarryProblem,
  migrateCluster,
  migratePolicies,
  type Migration,
  type NotCarriedOver,
  type ProvenMigration,
} from "./compare/migrate";
export { type MinimisedReachability, minimiseReachability, type ReachabilityStatement, type StatementEnds } from "./compare/minimise";
export type { MeasuredEnd } from "./explain/measured-ends";
export type { Opened, OpenedConnections, Pair } from "./explain/opened-connections";
export {
  type ClusterEdit,
  type ClusterPolicyChange,
  type Edit,
  type NetworkPolicyChange,
  type PolicyChange,
  type RuleRemoved,
  withChanges,
} from "./explain/policy-change";
export { type PartRef, partsOf, type PolicyPart, withoutParts } from "./compare/policy-parts";
export type { NamespaceConnections } from "./exposure/present-exposure";
export type { Profile } from "./profile";
export { type Difference, type Link, type Proof, proveExactly, type ProvenEnd } from "./synthesis/prove-exactly";
export { type AddressConnections, type Connections, reachability, type Reachability, type WorkloadConnections } from "./reachability";
export { findRedundancy, type Redundancy, type RedundancyCause, type RedundancyReport } from "./compare/redundancy";
export type { Repair, RepairLimits } from "./explain/repair";
export { clusterDns, type DnsService, type IntentOptions, type RequiredEnd, type RequiredFlow } from "./synthesis/required-flow";
export { networkPolicyRef } from "./reasons";
export { selects, type Ternary } from "./selector";
export type { Match } from "./matching/pod-index";
export type { Backend, ServiceRef } from "./services/service-backends";
export { type Door, type DoorBackend, type SeenSource, serviceEntry, type ServiceEntry } from "./services/service-entry";
export { type BackendReach, reachService, type ServiceAnswer, type ServiceReach } from "./services/services";
export { ConnectionSet } from "./sets/connection-set";
export { type Address, type Family, formatAddress, IpSet, parseAddress } from "./sets/ip-set";
export { PortSet } from "./sets/port-set";
export type { CoveredEnd } from "./synthesis/flow-cover";
export { type Synthesis, type SynthesisProblem, synthesize } from "./synthesis/synthesize";
export { verdict } from "./verdict";
export { type PolicyEffect, type WhatIf, whatIf } from "./what-if/what-if";
export type { LabelCondition, WorkloadDescription } from "./compare/workload-descriptions";
export type {
  Caveat,
  CniDecidedBy,
  CniDirectionVerdict,
  CniFlow,
  CniPolicyRef,
  CniReachability,
  CniReason,
  CniRuleRef,
  CniTarget,
  CniVerdict,
  ServiceConnections,
} from "./vpc-cni/answers";
export type { CniArrival, CniDoor } from "./vpc-cni/cni-entry";
export type { PingAnswer } from "./vpc-cni/ping";
export { type Deviation, deviations, everyDeviation } from "./vpc-cni/deviation";
export type {
  Differing,
  Divergence,
  DivergenceCause,
  DivergenceChange,
  DivergenceEnd,
  DivergenceReport,
  DivergentPair,
} from "./vpc-cni/divergence";
export {
  assumedCniSettings,
  type CniSettings,
  type CniVersion,
  compareVersions,
  type EnforcingMode,
  type FargateSelector,
  type NodeSettings,
  parseCniVersion,
  type WorkloadRef,
} from "./vpc-cni/settings";
export { vpcCni, type VpcCniEvaluation } from "./vpc-cni/vpc-cni";
export { divergences, type DivergenceLimits } from "./vpc-cni/divergences";
