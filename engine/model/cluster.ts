import type { ApplicationPolicy, AwsClusterPolicy } from "./aws-policy";
import type { ClusterPolicy } from "./cluster-policy";
import type { Labels, LabelSelector } from "./label-selector";
import type { Location } from "./location";
import type { NetworkPolicy } from "./network-policy";
import type { Protocol } from "./port";
import type { Unknown, Value } from "./unknown";

/** Everything network policy depends on, with every API-server default applied. */
export interface Cluster {
  readonly namespaces: readonly Namespace[];
  readonly workloads: readonly Workload[];
  readonly policies: readonly NetworkPolicy[];
  readonly clusterPolicies: readonly ClusterPolicy[];
  /** Kinds that only the Amazon VPC CNI reads; the specification knows nothing of them. */
  readonly awsClusterPolicies?: readonly AwsClusterPolicy[];
  readonly applicationPolicies?: readonly ApplicationPolicy[];
  readonly services: readonly Service[];
  readonly nodes: readonly Node[];
  /** Set when nodes may exist that are not listed: an input without any says nothing about them. */
  readonly unknownNodes?: Unknown;
  /**
   * The ranges pod addresses are drawn from. With them, an ipBlock decides about pods whose address is not known yet; without them such
   * pods are taken to be outside every ipBlock.
   */
  readonly podCidrs?: readonly string[];
  /** Set when nothing tells these ranges, so that `podCidrs` are an assumption (see `withPodRanges`). */
  readonly unknownPodCidrs?: Unknown;
}

/** A namespace. `kubernetes.io/metadata.name` is among its labels, as on every cluster since Kubernetes 1.22. */
export interface Namespace {
  readonly name: Value<string>;
  readonly labels: Labels;
  /** Set when labels may be there that are not listed. */
  readonly unknownLabels?: Unknown;
  readonly location?: Location;
}

/** The kinds of objects that run pods. */
export type WorkloadKind = "Pod" | "Deployment" | "ReplicaSet" | "ReplicationController" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob";

/** Pods with one template: one node in every report. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: Value<string>;
  readonly name: Value<string>;
  /** Labels of its pods, not of the object that owns them. */
  readonly labels: Labels;
  readonly unknownLabels?: Unknown;
  readonly ports: readonly ContainerPort[];
  /** Set when ports may be declared that are not listed. */
  readonly unknownPorts?: Unknown;
  /** Its pods use the network of their node. */
  readonly hostNetwork: Value<boolean>;
  /** How many pods are wanted; 0: none runs now. Absent: decided elsewhere (one per node, an autoscaler). */
  readonly replicas?: Value<number>;
  /** The pods that are known one by one. Absent: only the template is known. */
  readonly pods?: readonly Pod[];
  /** Told apart from others of the same kind and name: the pods of an older template during a rollout. */
  readonly variant?: string;
  /** One of another kind has its namespace and name, so that reports name its kind; says nothing about traffic. See `markSharedNames`. */
  readonly sharesName?: true;
  readonly location?: Location;
}

/** One running pod of a workload. */
export interface Pod {
  readonly name: string;
  /** Its addresses, at most one per family. Empty: not known. */
  readonly ips: readonly string[];
  /** The node it runs on, by name. */
  readonly node?: string;
}

/** A port a container declares. Only named ones matter to policies; all are kept for Services and lint. */
export interface ContainerPort {
  readonly name?: string;
  readonly port: Value<number>;
  readonly protocol: Protocol;
  /** Declared by an init container that keeps running beside the others (`restartPolicy: Always`). */
  readonly sidecar?: true;
}

/**
 * A Service, as far as traffic to it is concerned. Where a field is not known, or not all of it, the field of the same name with `unknown` before
 * it says why; the field itself then holds what is known of it, or what an absent one would.
 */
export interface Service {
  readonly namespace: Value<string>;
  readonly name: Value<string>;
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  readonly unknownType?: Unknown;
  /** Absent: endpoints are managed by someone else. */
  readonly selector?: LabelSelector;
  readonly ports: readonly ServicePort[];
  readonly unknownPorts?: Unknown;
  /** `clusterIP: None`: names resolve to pod addresses, ports are not translated. */
  readonly headless: boolean;
  readonly clusterIps: readonly string[];
  /** Set when addresses may be there that are not listed; when none is listed, the Service may as well be headless. */
  readonly unknownClusterIps?: Unknown;
  /** Local keeps the client's address; Cluster hides it behind a node's. @default "Cluster" */
  readonly externalTrafficPolicy: "Cluster" | "Local";
  readonly unknownExternalTrafficPolicy?: Unknown;
  /** Who may use the load balancer (`loadBalancerSourceRanges`); empty: everyone. */
  readonly sourceRanges: readonly string[];
  readonly unknownSourceRanges?: Unknown;
  readonly location?: Location;
}

/** One port of a Service; the target is resolved on each pod behind it. */
export interface ServicePort {
  readonly name?: string;
  readonly port: Value<number>;
  readonly protocol: Protocol;
  /** A number, or the name of a container port. */
  readonly targetPort: Value<number | string>;
  readonly nodePort?: Value<number>;
}

/** A node of the cluster. */
export interface Node {
  readonly name: string;
  readonly labels: Labels;
  /** Set when labels may be there that are not listed: only pods that run on it speak of it. */
  readonly unknownLabels?: Unknown;
  readonly addresses: readonly string[];
}

/** A cluster with nothing in it, to build others from. */
export const emptyCluster: Cluster = { namespaces: [], workloads: [], policies: [], clusterPolicies: [], services: [], nodes: [] };
