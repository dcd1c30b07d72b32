/** Kubernetes objects → cluster. The API server's defaults are applied here and only here. */
import { type ApplicationPolicy, type AwsClusterPolicy, type Cluster, markSharedNames, unknown } from "../engine/model";
import { readApplicationPolicy, readAwsClusterPolicy } from "./kubernetes/aws-policy";
import { type CheckOptions, checkObject } from "./kubernetes/checks";
import { readClusterPolicy } from "./kubernetes/cluster-policy";
import { askedControllerKeys } from "./kubernetes/controller-labels";
import { type Controller, readController } from "./kubernetes/controllers";
import { readNamespaceObject, readNode, undeclaredNamespaces } from "./kubernetes/namespaces";
import { readNetworkPolicy } from "./kubernetes/network-policy";
import { type KnownObject, sortObjects } from "./kubernetes/objects";
import { placePods } from "./kubernetes/pod-nodes";
import { type PodObject, readPod } from "./kubernetes/pods";
import { completedPods } from "./kubernetes/problems";
import { readService } from "./kubernetes/services";
import { assembleWorkloads } from "./kubernetes/workloads";
import type { LocatedObject, Problem, Read } from "./objects";

export { effectivePolicyTypes } from "./kubernetes/network-policy";
export { readSelector } from "./kubernetes/selectors";

/** What the objects alone do not say. */
export interface ToClusterOptions extends CheckOptions {
  /** The namespace of objects that name none. @default "default" */
  readonly defaultNamespace?: string;
  /** The ranges pod addresses are drawn from; see `Cluster.podCidrs`. @default not known */
  readonly podCidrs?: readonly string[];
}

/**
 * Reads the objects of one cluster, in any order, lists included. An object the API server would refuse, or that is there twice, is an error and
 * not in the cluster; values that are not known stay Unknown.
 */
export function toCluster(objects: readonly LocatedObject[], options: ToClusterOptions = {}): Read<Cluster> {
  const defaultNamespace = options.defaultNamespace ?? "default";
  const sorted = sortObjects(objects, defaultNamespace);
  const problems: Problem[] = [...sorted.problems];
  const contents = emptyContents();
  for (const object of sorted.objects) {
    const checked = checkObject(object, options);
    problems.push(...checked.problems);
    if (checked.accepted) readInto(contents, object, defaultNamespace);
  }
  const { pods, controllers, namespaces, ...rest } = contents;
  const placed = placePods(
    pods.filter(({ completed }) => !completed),
    rest.nodes,
  );
  const { policies, clusterPolicies, awsClusterPolicies = [], applicationPolicies = [], services } = rest;
  const asked = askedControllerKeys([...policies, ...clusterPolicies, ...awsClusterPolicies, ...applicationPolicies, ...services]);
  const workloads = assembleWorkloads(controllers, placed.pods, asked);
  const undeclared = undeclaredNamespaces(namespaces, [...workloads, ...policies, ...applicationPolicies, ...services]);
  const cluster: Cluster = {
    ...rest,
    namespaces: [...namespaces, ...undeclared.namespaces],
    workloads,
    nodes: [...rest.nodes, ...placed.nodes],
    // Files hold policies and workloads, hardly ever nodes: only an input that lists some can mean all of them.
    ...(rest.nodes.length > 0 ? {} : { unknownNodes: unknown("no Node object is in the input") }),
    ...(options.podCidrs === undefined ? {} : { podCidrs: options.podCidrs }),
  };
  const value = markSharedNames(cluster);
  return { value, problems: [...problems, ...completedPods(pods.filter(({ completed }) => completed)), ...undeclared.problems] };
}

/** A cluster under construction, before pods are given to their owners. */
type Contents = {
  -readonly [Part in "namespaces" | "policies" | "clusterPolicies" | "services" | "nodes"]: Cluster[Part][number][];
} & { readonly controllers: Controller[]; readonly pods: PodObject[] } & {
  // There only where the input holds such objects.
  awsClusterPolicies?: AwsClusterPolicy[];
  applicationPolicies?: ApplicationPolicy[];
};

const emptyContents = (): Contents => ({
  namespaces: [],
  policies: [],
  clusterPolicies: [],
  services: [],
  nodes: [],
  controllers: [],
  pods: [],
});

function readInto(contents: Contents, { kind, object, location }: KnownObject, defaultNamespace: string): void {
  switch (kind.name) {
    case "Namespace":
      contents.namespaces.push(readNamespaceObject(object, location));
      break;
    case "Node":
      contents.nodes.push(readNode(object));
      break;
    case "Pod":
      contents.pods.push(readPod(object, defaultNamespace, location));
      break;
    case "Service":
      contents.services.push(readService(object, defaultNamespace, location));
      break;
    case "NetworkPolicy":
      contents.policies.push(readNetworkPolicy(object, defaultNamespace, location));
      break;
    case "ClusterNetworkPolicy":
    case "AdminNetworkPolicy":
    case "BaselineAdminNetworkPolicy":
      contents.clusterPolicies.push(...readClusterPolicy(kind.name, object, location));
      break;
    case "ClusterNetworkPolicy.networking.k8s.aws":
      (contents.awsClusterPolicies ??= []).push(readAwsClusterPolicy(object, location));
      break;
    case "ApplicationNetworkPolicy.networking.k8s.aws":
      (contents.applicationPolicies ??= []).push(readApplicationPolicy(object, defaultNamespace, location));
      break;
    default:
      contents.controllers.push(readController(kind.name, object, defaultNamespace, location));
  }
}
