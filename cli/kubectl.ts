import { spawnSync } from "node:child_process";
import type { InputFile } from "../inputs";
import { Failure } from "./failure";

/** What a cluster is asked for, by what it is; nothing is ever written to it. */
const kinds = [
  "namespaces",
  "pods",
  "deployments.apps",
  "replicasets.apps",
  "statefulsets.apps",
  "daemonsets.apps",
  "replicationcontrollers",
  "jobs.batch",
  "cronjobs.batch",
  "services",
  "nodes",
  "ingresses.networking.k8s.io",
  "networkpolicies.networking.k8s.io",
];

/** Kinds that a cluster has only where someone installed them. */
const optionalKinds = [
  "clusternetworkpolicies.policy.networking.k8s.io",
  "adminnetworkpolicies.policy.networking.k8s.io",
  "baselineadminnetworkpolicies.policy.networking.k8s.io",
  "clusternetworkpolicies.networking.k8s.aws",
  "applicationnetworkpolicies.networking.k8s.aws",
];

const largestAnswer = 1024 ** 3;

/** How a live cluster is asked. */
export interface LiveOptions {
  /** The context of kubeconfig. @default the current one */
  readonly context?: string;
  /** Seconds after which an answer is given up. @default 60 */
  readonly timeout?: number;
}

/** Reads the objects of a live cluster through `kubectl get -o json`, as whoever runs it. */
export function readLive({ context, timeout = 60 }: LiveOptions): readonly InputFile[] {
  const name = `live:${context ?? ""}`;
  const installed = new Set(kubectl(["api-resources", "-o", "name"], context, timeout).split("\n"));
  const asked = [...kinds, ...optionalKinds.filter((kind) => installed.has(kind))];
  const text = kubectl(["get", asked.join(","), "--all-namespaces", "-o", "json"], context, timeout);
  if (!text.trimStart().startsWith("{"))
    throw new Failure("what `kubectl get -o json` printed is not JSON; see what `kubectl` on the PATH is");
  return [{ file: name, text }];
}

function kubectl(command: readonly string[], context: string | undefined, timeout: number): string {
  const chosen = context === undefined || context === "" ? [] : ["--context", context];
  const arguments_ = [...chosen, `--request-timeout=${String(timeout)}s`, ...command];
  const { status, stdout, stderr, error } = spawnSync("kubectl", arguments_, {
    encoding: "utf8",
    env: process.env,
    maxBuffer: largestAnswer,
    timeout: (timeout + 5) * 1000,
  });
  if (error !== undefined) throw new Failure(reasonOf(error, timeout));
  if (status === 0) return stdout;
  const said = stderr.trim().split("\n").at(-1) ?? "";
  throw new Failure(
    `\`kubectl ${command[0] ?? ""}\` failed: ${said === "" ? `exit code ${String(status)}` : said}; see that the context is right and may read`,
  );
}

function reasonOf({ code, message }: NodeJS.ErrnoException, timeout: number): string {
  if (code === "ENOENT")
    return "a live cluster is read through `kubectl`, which is not on the PATH; install it, or pass what `kubectl get -o json` prints";
  if (code === "ETIMEDOUT")
    return `the cluster did not answer within ${String(timeout)} s; see that it can be reached, or raise \`--timeout\``;
  return `\`kubectl\` could not be run (${message})`;
}
