/** The clusters that stories are told about, and the ends and flows of them. */
import { evaluate, type Evaluation, verdict, type Verdict } from "../../engine";
import { type Location, type Protocol, shown, unknown } from "../../engine/model";
import type { ReportConnections, ReportEnd, ReportFlow } from "../../engine/report";
import { cluster, ipBlock, labelled, ownPods, rule, tcp } from "../builders";

export const at = (line: number, name: string): Location => ({
  address: `kubernetes_network_policy_v1.${name}`,
  constructPath: `policies/shop/${name}`,
  created: { file: "stacks/policies.ts", line },
});

export const inYaml = (line: number, column: number): Location => ({ file: "manifests/shop.yaml", line, column });
export const inPlan: Location = {
  file: "plan.json",
  line: 12,
  pointer: "/resource_changes/3",
  address: "kubernetes_network_policy_v1.late",
};

export const base = cluster()
  .namespace("shop")
  .deployment("web", { labels: { app: "web" } })
  .deployment("api", { labels: { app: "api" } })
  .deployment("db", { labels: { app: "db" } })
  .policy("default-deny", { ingress: [], location: at(21, "default-deny") })
  .policy("api-from-web", {
    subject: labelled({ app: "api" }),
    ingress: [rule({ peers: [ownPods(labelled({ app: "web" }))], ports: [tcp(8080)] })],
    location: at(30, "api-from-web"),
  });

export const before = evaluate(base.build());
export const after = evaluate(
  base
    .policy("allow-all", {
      subject: labelled({ app: "api" }),
      ingress: [rule({ peers: [ipBlock("0.0.0.0/0")], ports: [tcp(8080)] })],
      location: at(41, "allow-all"),
    })
    .build(),
);
export const unsure = evaluate(
  base
    .policy("late", {
      subject: { unknown: unknown('kubernetes_network_policy_v1.late spec[0].pod_selector[0].match_labels["app"]') },
      ingress: [rule({ ports: [tcp(5432)] })],
      location: inPlan,
    })
    .build(),
);

export const workload = (name: string): ReportEnd => ({
  kind: "workload",
  name,
  namespace: name.split("/")[0]!,
  workloadKind: "Deployment",
});
export const internet: ReportEnd = { kind: "addresses", name: "internet", cidrs: ["0.0.0.0/0", "::/0"] };
export const web = workload("shop/web");
export const api = workload("shop/api");
export const db = workload("shop/db");

/** Asks the engine about a flow between ends of a report. */
export function decided(evaluation: Evaluation, from: ReportEnd, to: ReportEnd, port: number, protocol: Protocol = "TCP"): Verdict {
  const endpoint = (end: ReportEnd) => {
    if (end.kind !== "workload") return { kind: "address", address: "198.51.100.7" } as const;
    const found = evaluation.cluster.workloads.find(({ namespace, name }) => `${shown(namespace)}/${shown(name)}` === end.name);
    return { kind: "workload", workload: found! } as const;
  };
  return verdict(evaluation, { from: endpoint(from), to: endpoint(to), protocol, port });
}

export const flow = (evaluation: Evaluation, from: ReportEnd, to: ReportEnd, port: number): ReportFlow => {
  return { from, to, protocol: "TCP", port, verdict: decided(evaluation, from, to, port) };
};

export const connections = (certain: string, possible = certain): ReportConnections => ({ certain, possible });
export const none = connections("none");
