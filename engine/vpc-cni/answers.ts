import type { PolicyRef } from "../decision";
import type { Action, AwsPolicyKind, Direction, Endpoint, Outcome, Protocol, Unknown, Value, Workload } from "../model";
import type { Connections } from "../reachability";
import type { ServiceRef } from "../services/service-backends";
import type { Deviation } from "./deviation";

/** Where a flow goes: to a pod or an address, or to a Service by its name. */
export type CniTarget = Endpoint | { readonly kind: "service"; readonly service: ServiceRef };

/** One attempt to connect. To a Service, `port` is the Service's own. */
export interface CniFlow {
  readonly from: Endpoint;
  readonly to: CniTarget;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Names a policy that the VPC CNI reads. */
export interface CniPolicyRef extends Omit<PolicyRef, "kind"> {
  readonly kind: "NetworkPolicy" | AwsPolicyKind;
}

/** One rule of a policy, by its place. */
export interface CniRuleRef {
  readonly policy: CniPolicyRef;
  readonly direction: Direction;
  readonly rule: number;
}

/** What the agent's map of addresses says about a flow, in the order it is looked up. */
export type CniReason =
  /** A rule that matches by the address of a pod, by a block, or by the address of a Service. */
  | {
      readonly kind: "rule";
      readonly rule: CniRuleRef;
      readonly by: "pod" | "block" | "service";
      readonly block?: string;
      readonly action?: Value<Action>;
    }
  /** The longest prefix that holds the address is an exception of these rules: denied, whatever other rules say. */
  | { readonly kind: "except"; readonly except: string; readonly of: readonly CniRuleRef[] }
  /** More entries than fit: which of them are there is chance. */
  | { readonly kind: "limit"; readonly entries: number; readonly limit: number }
  | { readonly kind: "deviation"; readonly deviation: Deviation; readonly because?: Unknown };

/** Who had the last word on one end. */
export type CniDecidedBy = "not enforced" | "own node" | "Admin" | "namespace" | "Baseline" | "default" | "strict" | "outside" | "exempt";

/** Why one end lets a flow through or not. */
export interface CniDirectionVerdict {
  readonly direction: Direction;
  readonly outcome: Outcome;
  readonly decidedBy: CniDecidedBy;
  readonly isolatedBy: readonly CniPolicyRef[];
  readonly reasons: readonly CniReason[];
}

/** Things that do not change the answer for a flow, and that whoever reads it should know; by their number in `docs/vpc-cni.md`. */
export interface Caveat {
  readonly id: "L-03" | "L-09" | "L-34" | "L-35" | "L-36" | "L-37" | "L-38" | "L-39";
  readonly workload?: Workload;
}

/** The answer for one flow, as the VPC CNI enforces it. */
export interface CniVerdict {
  readonly outcome: Outcome;
  readonly egress: CniDirectionVerdict;
  /** For a flow to a Service: at the first of the pods behind it whose answer is that of the flow. */
  readonly ingress: CniDirectionVerdict;
  readonly caveats: readonly Caveat[];
}

/** What flows from a workload to one port of a Service. */
export interface ServiceConnections {
  readonly service: ServiceRef;
  readonly port: Value<number>;
  readonly protocol: Protocol;
  readonly outcome: Outcome;
}

/** What flows between two ends, as in `Reachability`. */
export interface CniReachability {
  between(from: Workload, to: Workload): Connections;
  connections(from: Endpoint, to: Endpoint): Connections;
  toServices(from: Workload): readonly ServiceConnections[];
}
