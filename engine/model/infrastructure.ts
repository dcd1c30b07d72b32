import type { JsonObject } from "./json";
import type { Location } from "./location";
import type { Unknown, Value } from "./unknown";

/**
 * One Terraform resource or data source instance of any provider, in Terraform's shape: what decides whether policies are enforced at all
 * (`aws_eks_addon`), where pods run (`aws_eks_node_group`, `aws_eks_fargate_profile`) and what the AWS network lets through.
 */
export interface InfrastructureResource {
  /** Such as `aws_eks_addon`. */
  readonly type: string;
  /** Such as `aws_eks_addon.vpc-cni`. */
  readonly address: string;
  readonly mode: "managed" | "data";
  /**
   * Arguments as far as they are known; what is marked sensitive is an Unknown. A block may be an object (synthesized JSON) or a list of objects
   * (plans): accept both.
   */
  readonly values: JsonObject;
  /** The stack it belongs to, where the input says so. */
  readonly stack?: string;
  /** Addresses its `depends_on` names. */
  readonly dependsOn: readonly string[];
  /** Addresses its arguments refer to. */
  readonly references: readonly string[];
  /** What synth wrote under `"//"`. */
  readonly comment?: JsonObject;
  /** Set when it is not known whether the resource exists, or how often. */
  readonly uncertain?: Unknown;
  readonly location: Location;
}

/** What applying a plan does with one object. A replacement that deletes first leaves a gap in which neither version is there. */
export type ChangeEffect = "none" | "create" | "update" | "delete" | "replace-delete-first" | "replace-create-first" | "forget" | "read";

/** One resource change of a plan that concerns an object of the cluster. */
export interface PlannedChange {
  readonly address: string;
  readonly previousAddress?: string;
  readonly type: string;
  readonly effect: ChangeEffect;
  /** The Kubernetes object before and after, where the resource is one. */
  readonly before?: ObjectRef;
  readonly after?: ObjectRef;
  readonly location: Location;
}

/** Names a Kubernetes object. */
export interface ObjectRef {
  readonly kind: string;
  /** Absent for cluster-wide kinds. */
  readonly namespace?: string;
  readonly name: string;
}

/** The API server that a provider configuration of Terraform sends objects to, as far as it is said. */
export interface DeploymentTarget {
  /** As Terraform calls the configuration: `kubernetes.staging`. */
  readonly name: string;
  /** The address of the server; until it is known, the reason holds the reference it comes from. Absent: something else than an address says it. */
  readonly host?: Value<string>;
  /** The EKS cluster that credentials are fetched for. */
  readonly clusterName?: string;
  /** The stack of the configuration, where the input says so. */
  readonly stack?: string;
}
