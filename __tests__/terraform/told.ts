/** What `netpol` and its readers say about plans, and what is true. */
import { type Cluster, isUnknown, shown, type Value } from "../../engine/model";
import type { CheckReport, DiffReport } from "../../engine/report";
import { type Input, type JsonObject, toCluster } from "../../inputs";
import { netpolWith, type NetpolResult } from "../cli/netpol";
import { readOne } from "../inputs/read-one";
import type { KubernetesDouble } from "./kubernetes-double";

/** The cluster that objects describe, without the places they come from and in one order. Nothing about them may be wrong. */
export function clusterOf(side: Input["after"] | undefined): JsonObject {
  const { value, problems } = toCluster(side?.objects ?? []);
  expect(problems.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
  return bare(value);
}

function bare(cluster: Cluster): JsonObject {
  const copy = JSON.parse(JSON.stringify(cluster, (key, each: unknown) => (key === "location" ? undefined : each))) as Record<
    string,
    unknown
  >;
  const inOrder = (each: unknown): unknown =>
    Array.isArray(each) ? [...(each as readonly unknown[])].sort((a, b) => order(a).localeCompare(order(b))) : each;
  return Object.fromEntries(Object.entries(copy).map(([name, each]) => [name, inOrder(each)])) as JsonObject;
}

/** Kind, namespace and name decide the order, so that an object keeps its place when something in it becomes known. */
const order = (each: unknown): string => {
  const { kind, namespace, name } = each as Readonly<Record<string, unknown>>;
  return JSON.stringify([kind, namespace, name]);
};

/** The cluster of objects that are really there, read as a state that lists them. */
export function clusterThere(objects: KubernetesDouble["objects"]): JsonObject {
  const resources = [...objects].map(([key, values], index) => {
    const type = key.slice(0, key.indexOf(" "));
    return { address: `${type}.there_${String(index)}`, mode: "managed", type, name: `there_${String(index)}`, values };
  });
  const state = { format_version: "1.0", values: { root_module: { resources } } };
  return clusterOf(readOne(JSON.stringify(state), "state.json").after);
}

/** Where nothing was foretold because the API server assigns it: the address of a Service, which no configuration holds. */
const isAssigned = (foretold: unknown, path: string): boolean => foretold === undefined && /^\/services\/\d+\/clusterIps\/\d+$/.test(path);

/** Where a foretold value does not fit the real one; whatever was foretold as unknown fits anything. */
export function misfits(foretold: unknown, real: unknown, path = ""): readonly string[] {
  if (isUnknown(foretold) || isAssigned(foretold, path)) return [];
  if (typeof foretold !== "object" || foretold === null || typeof real !== "object" || real === null) {
    return foretold === real ? [] : [`${path}: foretold ${JSON.stringify(foretold)}, is ${JSON.stringify(real)}`];
  }
  const [one, other] = [foretold as Readonly<Record<string, unknown>>, real as Readonly<Record<string, unknown>>];
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) => misfits(one[name], other[name], `${path}/${name}`));
}

const textOf = (value: Value<string> | undefined): string => (value === undefined ? "" : shown(value));

/** A pair that changed, in one line, with what caused it. */
const changeLine = ({ kind, from, to, before, after, causes }: DiffReport["connections"][number]): string => {
  const policies = causes.policies.map(({ namespace, name, change }) => `${textOf(namespace)}/${textOf(name)} ${change}`);
  const moments = [before, after].map(({ certain, possible }) => (certain === possible ? certain : `${certain}..${possible}`));
  return `${kind} ${from.name} → ${to.name}: ${moments.join(" → ")}; ${[...policies, ...causes.workloads, ...causes.namespaces].join(", ")}`;
};

/** What `netpol diff` says about a plan: each pair that changed, in one line, and the report itself. */
export async function diffOf(folder: string, plan: string): Promise<{ readonly lines: readonly string[]; readonly report: DiffReport }> {
  const report = reportIn(await netpolWith({ cwd: folder }, "diff", plan, "-o", "json")) as DiffReport;
  return { lines: report.connections.map(changeLine), report };
}

/** What `netpol check` says about a plan: its findings about changes, in one line each, and the report itself. */
export async function checkOf(folder: string, plan: string): Promise<{ readonly lines: readonly string[]; readonly report: CheckReport }> {
  const report = reportIn(await netpolWith({ cwd: folder }, "check", plan, "-o", "json")) as CheckReport;
  const found = report.findings.filter(({ code }) => code.startsWith("NP4"));
  return { lines: found.map(({ code, severity, subject }) => `${severity} ${code} ${subject.kind} ${subject.name}`), report };
}

function reportIn({ code, stdout, stderr }: NetpolResult): DiffReport | CheckReport {
  if (code !== 0 && code !== 1 && code !== 3) throw new Error(`netpol ended with ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as DiffReport | CheckReport;
}
