import { findings, pod, policy } from "./lint-yaml";

const web = pod("shop", "web");
const forWeb = (rule: string) =>
  policy("shop", "web", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [${rule}] }`);

test("a policy that goes while its workload stays is reported, with a flow it denied", () => {
  expect(findings("NP404", { before: web + forWeb("{ ports: [{ port: 80 }] }"), after: web })).toMatchObject([
    { key: "ingress isolation", subject: { name: "web" }, witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("so is a workload whose label changes away from its policy", () => {
  const text = web + forWeb("");
  expect(findings("NP404", { before: text, after: pod("shop", "web", { app: "wbe" }) + forWeb("") })).toMatchObject([
    { key: "ingress isolation" },
  ]);
});

test("a policy that lets the internet in is reported by who opens", () => {
  const before = web + forWeb("{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }");
  const after = web + forWeb("{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }");
  expect(findings("NP404", { before, after })).toMatchObject([
    { key: "ingress internet", witness: { flow: { from: { kind: "address" } }, verdict: { outcome: "allowed" } } },
  ]);
  expect(findings("NP404", { before: after, after })).toEqual([]);
  expect(findings("NP404", { before: after, after: before })).toEqual([]);
});

test("of two policies that let the internet in, the one whose rule allows what was denied is blamed", () => {
  const wide = policy("shop", "wide", "{ podSelector: {}, policyTypes: [Ingress], ingress: [{}] }");
  const before = web + forWeb("{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }");
  const half = web + forWeb("{ from: [{ ipBlock: { cidr: 0.0.0.0/1 } }] }");
  const found = findings("NP404", { before, after: half + wide });
  expect(found.map(({ subject }) => subject.name)).toEqual(["wide"]);
  expect(found[0]?.message).toMatch(/^`shop\/web` can be reached/);
});

test("a lost default deny is left to NP402, and a workload that goes needs no policy", () => {
  const deny = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }");
  expect(findings("NP404", { before: web + deny, after: web })).toEqual([]);
  expect(findings("NP404", { before: web + forWeb(""), after: pod("shop", "other") })).toEqual([]);
});
