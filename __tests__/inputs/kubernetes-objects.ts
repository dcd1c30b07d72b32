/** Kubernetes objects for the tests of the reader, as short as they can be. */

import { parseAllDocuments, stringify } from "yaml";
import type { Cluster, NetworkPolicy, Workload } from "../../engine/model";
import { toCluster, type ToClusterOptions } from "../../inputs/kubernetes";
import type { JsonObject, LocatedObject, Problem } from "../../inputs/objects";

/** The objects of a YAML text, each located by its number: `objects.yaml:1`, `objects.yaml:2`. */
export function objectsOf(text: string): readonly LocatedObject[] {
  return parseAllDocuments(text).map((document, index) => located(document.toJS() as JsonObject, index + 1));
}

export const located = (object: JsonObject, line = 1): LocatedObject => ({ object, location: { file: "objects.yaml", line } });

/** The cluster of a YAML text that has nothing the user must mend. */
export function clusterOf(text: string, options?: ToClusterOptions): Cluster {
  const { value, problems } = toCluster(objectsOf(text), options);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(stringify(errors));
  return value;
}

/** The problems of a YAML text, as `severity: message`. */
export const problemsOf = (text: string, options?: ToClusterOptions): readonly string[] =>
  wordings(toCluster(objectsOf(text), options).problems);

export const wordings = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ severity, message }) => `${severity}: ${message}`);

/** The policy with a spec; its place is left out. */
export function policyOf(spec: JsonObject, options?: ToClusterOptions): NetworkPolicy {
  const object = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p", namespace: "shop" }, spec };
  const { value, problems } = toCluster([located(object)], options);
  const [policy] = value.policies;
  if (policy === undefined) throw new Error(stringify(problems));
  return withoutLocation(policy);
}

/** The workloads of a YAML text; their places are left out. */
export const workloadsOf = (text: string): readonly Workload[] => clusterOf(text).workloads.map(withoutLocation);

export function withoutLocation<T extends { readonly location?: unknown }>({ location: _location, ...rest }: T): Omit<T, "location"> & T {
  return rest as Omit<T, "location"> & T;
}
