/** Clusters written as manifests, for what is decided where objects are read: namespaces `x` and `y`, and in `x` the pods `web` and `client`. */
import type { Cluster } from "../../engine/model";
import { clusterOf } from "../inputs/kubernetes-objects";

const common = [
  "{apiVersion: v1, kind: Namespace, metadata: {name: x, labels: {team: red}}}",
  "{apiVersion: v1, kind: Namespace, metadata: {name: y, labels: {team: blue}}}",
  "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 172.30.0.1}]}}",
];

/** A pod with the label `app: NAME`; `more` goes into its spec and beside it. */
export const pod = (namespace: string, name: string, spec = "containers: [{name: c}]", more = ""): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}, spec: {${spec}}${more}}`;

/** A NetworkPolicy in `x` for the pods `app: web`. */
export const policyOnWeb = (rest: string, name = "p"): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: x}, spec: {podSelector: {matchLabels: {app: web}}, ${rest}}}`;

/** A ClusterNetworkPolicy of the Admin tier for every pod. */
export const adminPolicy = (rest: string): string =>
  `{apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: c}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ${rest}}}`;

/** The cluster with these objects besides what is always there. */
export const written = (...objects: readonly string[]): Cluster =>
  clusterOf([...common, pod("x", "web"), pod("x", "client"), pod("y", "other"), ...objects].join("\n---\n"));
