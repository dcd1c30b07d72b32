import type { PolicyRef } from "../decision";
import type { Outcome, Workload } from "../model";
import type { ServiceRef } from "../services/service-backends";
import type { ConnectionSet } from "../sets/connection-set";
import type { IpSet } from "../sets/ip-set";
import type { CniFlow, CniPolicyRef, CniRuleRef } from "./answers";
import type { Deviation } from "./deviation";

/** One end of a divergence. */
export type DivergenceEnd =
  | { readonly kind: "workload"; readonly workload: Workload }
  | { readonly kind: "addresses"; readonly addresses: IpSet }
  | { readonly kind: "service"; readonly service: ServiceRef };

/** What the two answer otherwise. */
export interface Differing {
  /** Allowed by the VPC CNI, and not by the specification. */
  readonly opened: ConnectionSet;
  /** Allowed by the specification, and not by the VPC CNI. */
  readonly closed: ConnectionSet;
  /** Decided by the specification, and open on the VPC CNI: chance, or a version nobody knows. */
  readonly undecided: ConnectionSet;
}

/** Two ends between which the VPC CNI lets something else flow than the specification. */
export interface DivergentPair extends Differing {
  readonly from: DivergenceEnd;
  readonly to: DivergenceEnd;
  /** One connection on which they differ, with both answers. */
  readonly witness: { readonly flow: CniFlow; readonly specification: Outcome; readonly vpcCni: Outcome };
}

/** Pairs of ends that differ for one cause. */
export interface Divergence extends Differing {
  readonly cause: DivergenceCause;
  /** How many pairs there are, of those that were looked at. A workload and addresses that are treated alike are one pair. */
  readonly pairs: number;
  /** The first of them. */
  readonly examples: readonly DivergentPair[];
}

/** What makes the difference. */
export interface DivergenceCause {
  /** A smallest set of deviations without which the two agree on the witness; mostly one. */
  readonly deviations: readonly Deviation[];
  readonly rules: readonly CniRuleRef[];
  readonly policies: readonly (CniPolicyRef | PolicyRef)[];
  readonly service?: ServiceRef;
  /** One for each deviation: all of them together make both answer alike. */
  readonly changes: readonly DivergenceChange[];
}

/** The change that takes one deviation away. */
export interface DivergenceChange {
  readonly deviation: Deviation;
  readonly kind:
    | "enable the add-on"
    | "move to EC2 Linux nodes"
    | "rename the workload"
    | "leave the host network"
    | "add a rule for the node addresses"
    | "turn IPv4 egress off"
    | "restore the interface prefix"
    | "turn the bandwidth plugin off"
    | "use the Service's selector in the peer"
    | "use one port for Service and container"
    | "give each Service port its own target"
    | "write single ports"
    | "use a number as the target"
    | "name the pods in the peer"
    | "allow the Service addresses"
    | "use fewer ports"
    | "use one number for the name"
    | "write the number"
    | "add a rule without ports"
    | "write blocks without exceptions"
    | "mask the host bits"
    | "upgrade the add-on"
    | "use blocks of the cluster's family"
    | "accept it"
    | "add a policy"
    | "write NetworkPolicies"
    | "review the AWS policy";
}

/** Everything the VPC CNI answers otherwise than the specification, by cause. */
export interface DivergenceReport {
  readonly divergences: readonly Divergence[];
  /** Pairs that may differ and were not looked at, because the limit was reached. */
  readonly omitted: number;
}
