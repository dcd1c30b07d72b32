import { contextOf, findings, pod, policy } from "./lint-yaml";
import { verdict } from "../../../engine/verdict";

const ingress = (from: string) =>
  pod("shop", "web") + policy("shop", "web", `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ${from} }] }`);
const blocks = (...cidrs: readonly string[]) =>
  ingress(`from: [${cidrs.map((cidr) => `{ ipBlock: { cidr: "${cidr}" } }`).join(", ")}], ports: [{ port: 80 }]`);

test.each([
  ["every block", blocks("0.0.0.0/0")],
  ["two halves", blocks("0.0.0.0/1", "128.0.0.0/1")],
  ["no peers", ingress("ports: [{ port: 80 }]")],
  ["a block with exceptions", ingress("from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8, 203.0.113.0/24] } }]")],
  ["IPv6", blocks("2000::/3")],
])("%s lets the internet in: reported with a flow that is allowed", (_, text) => {
  const found = findings("NP201", text);
  expect(found).toMatchObject([{ subject: { name: "web" } }]);
  const { evaluation } = contextOf(text);
  const { from, to, ...port } = found[0]!.witness!.flow;
  expect(from.kind).toBe("address");
  expect(to.kind === "workload" && to.workload.name).toBe("web");
  const again = { ...port, from, to: { kind: "workload" as const, workload: evaluation.cluster.workloads[0]! } };
  expect(verdict(evaluation, again)).toMatchObject({ outcome: "allowed", ingress: { allowedBy: [{ policy: { name: "web" } }] } });
});

test("halves in two policies expose as well", () => {
  const half = (name: string, cidr: string) =>
    policy("shop", name, `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }] }] }`);
  expect(findings("NP201", pod("shop", "web") + half("a", "0.0.0.0/1") + half("b", "128.0.0.0/1"))).not.toEqual([]);
});

test.each([
  ["private addresses", blocks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")],
  ["an office", blocks("203.0.113.0/24", "198.18.0.0/15")],
  ["pods", ingress("from: [{ namespaceSelector: {} }]")],
  ["a pod nothing isolates", pod("shop", "web")],
])("%s: not the internet", (_, text) => {
  expect(findings("NP201", text)).toEqual([]);
});
