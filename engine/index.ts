/** The policy engine: what NetworkPolicies mean. Pure; start with `evaluate`. */
export { type Comparison, type ComparisonLimit, comparePolicies, type Containment, type DifferenceWitness, type Relation } from "./compare";
export type { ClusterRuleRef, DecidedBy, DirectionVerdict, PolicyRef, RuleRef, Verdict } from "./decision";
export type { Denial } from "./denial";
export { evaluate, type Evaluation, update } from "./evaluation";
export { checkExpectation, type ExpectationResult, type FlowExpectation } from "./expectation";
export { explain, type Explanation } from "./explain";
export {
  type DirectionExposure,
  exposure,
  type Exposure,
  type NamespaceScope,
  type UnlistedExposure,
  type Witness,
  type WorkloadExposure,
} from "./exposure";
export type { PolicySet } from "./joint-evaluation";
export type { LabelChange } from "./label-change";
export type { LabelMention } from "./label-mentions";
export { type CarryProblem, migrateCluster, migratePolicies, type Migration, type NotCarriedOver, type ProvenMigration } from "./migrate";
export { type MinimisedReachability, minimiseReachability, type ReachabilityStatement, type StatementEnds } from "./minimise";
export type { Opened, OpenedConnections } from "./opened-connections";
export { type ClusterEdit, type Edit, type PolicyChange, withChanges } from "./policy-change";
export { type PartRef, partsOf, type PolicyPart, withoutParts } from "./policy-parts";
export type { NamespaceConnections } from "./present-exposure";
export type { Profile } from "./profile";
export { type Difference, type Link, type Proof, proveExactly, type ProvenEnd } from "./prove-exactly";
export { type AddressConnections, type Connections, reachability, type Reachability } from "./reachability";
export { findRedundancy, type Redundancy, type RedundancyCause, type RedundancyReport } from "./redundancy";
export type { Repair, RepairLimits } from "./repair";
export { clusterDns, type DnsService, type IntentOptions, type RequiredEnd, type RequiredFlow } from "./required-flow";
export { selects, type Ternary } from "./selector";
export type { ServiceRef } from "./service-backends";
export { type Door, type DoorBackend, type SeenSource, serviceEntry, type ServiceEntry } from "./service-entry";
export { type BackendReach, reachService, type ServiceAnswer, type ServiceReach } from "./services";
export { ConnectionSet } from "./sets/connection-set";
export { type Address, type Family, formatAddress, IpSet, parseAddress } from "./sets/ip-set";
export { PortSet } from "./sets/port-set";
export { type Synthesis, type SynthesisProblem, synthesize } from "./synthesize";
export { verdict } from "./verdict";
export { type PolicyEffect, type WhatIf, whatIf } from "./what-if";
export type { LabelCondition, WorkloadDescription } from "./workload-descriptions";
