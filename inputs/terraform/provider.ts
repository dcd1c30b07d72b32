import { type DeploymentTarget, isUnknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { blockOf, field, isList, isObject, textAttribute } from "./blocks";

/** How Terraform reaches the API server that objects are sent to: a `provider` block, or what stands for one. */
export interface ProviderConfiguration {
  /** As people choose it: `kubernetes`, `kubernetes.staging`, `module.shop:kubernetes`. */
  readonly name: string;
  /** The stack, or the file of a plan or state, that it belongs to. */
  readonly source: string;
  readonly server: Server;
  readonly target: DeploymentTarget;
}

/**
 * Which API server a configuration means. Two of one kind and equal keys mean the same one.
 *
 * `host`: by its address. `kubeconfig`: by a file or a context of it. `environment`: by nothing that is written, so the environment decides.
 * `incomparable`: by an expression whose value cannot be told from others. `unsaid`: states name their configurations and do not describe them.
 */
export type Server =
  { readonly kind: "host" | "kubeconfig"; readonly key: string } | { readonly kind: "environment" | "incomparable" | "unsaid" };

/** An argument as a reader sees it: text that compares equal for equal values, or something that cannot be compared. */
export type Comparable = { readonly key: string } | "incomparable";

/** The provider of a resource type, by the local name that Terraform derives from it. */
export const providerOfType = (type: string): string => type.replace(/_.*$/s, "");

/** Whether a provider sends objects to a Kubernetes API server. */
export const isClusterProvider = (name: string): boolean => ["kubernetes", "kubectl", "helm", "k8s", "kustomization"].includes(name);

/** The arguments that say which server: those of `helm` are in a block. */
export function connectionOf(type: string, body: JsonObject): JsonObject {
  if (type !== "helm") return body;
  const inner = blockOf(field(body, "kubernetes"));
  return isObject(inner) ? inner : {};
}

/** Arguments that choose a cluster of a kubeconfig; users and tokens choose none. */
const kubeconfigArguments = ["config_path", "config_paths", "config_context", "config_context_cluster"];

/** The server that arguments name. An address wins over a kubeconfig, as it does for the providers. */
export function serverOf(connection: JsonObject, comparable: (argument: string) => Comparable): Server {
  const isSet = (name: string): boolean => {
    const value = field(connection, name);
    return value !== undefined && value !== null && value !== "" && !(isList(value) && value.length === 0);
  };
  if (isSet("host")) return keyed("host", [comparable("host")]);
  const names = kubeconfigArguments.filter(isSet);
  if (names.length === 0) return { kind: "environment" };
  return keyed(
    "kubeconfig",
    names.map((name) => {
      const each = comparable(name);
      return each === "incomparable" ? each : { key: `${name} ${each.key}` };
    }),
  );
}

function keyed(kind: "host" | "kubeconfig", parts: readonly Comparable[]): Server {
  const keys = parts.flatMap((part) => (part === "incomparable" ? [] : [part.key]));
  return keys.length < parts.length ? { kind: "incomparable" } : { kind, key: JSON.stringify(keys) };
}

/**
 * Whether a reference leads to a server's address itself. Of other values an address may be only a part (`https://prod.${var.domain}`), and where
 * an expression is not at hand, two clusters would look the same.
 */
export const isServerAddress = (reference: string): boolean =>
  !/^(?:var|local|each|count)\./.test(reference) && /(?:endpoint|host)$/.test(reference);

/** The cluster that `aws eks get-token --cluster-name` is asked about. */
export function clusterNameIn(connection: JsonObject): string | undefined {
  const exec = blockOf(field(connection, "exec"));
  const args = exec === undefined || isUnknown(exec) ? undefined : field(exec, "args");
  const list: readonly Json[] = isList(args) ? args : [];
  const name = textAttribute(list[list.indexOf("--cluster-name") + 1]);
  return list.includes("--cluster-name") && typeof name === "string" ? name : undefined;
}
