import { findings, pod, policy } from "./lint-yaml";

const web = pod("shop", "web", { app: "web" }, ["http TCP 80"]);
const found = (rule: string, pods = web + pod("shop", "client")) =>
  findings(
    "NP207",
    pods + policy("shop", "web", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [${rule}] }`),
  );
const fromClient = "from: [{ podSelector: { matchLabels: { app: client } } }]";

test("a rule without ports is reported, with an undeclared port that is reached", () => {
  expect(found(`{ ${fromClient} }`)).toMatchObject([
    {
      severity: "info",
      witness: { flow: { port: 22 }, verdict: { outcome: "allowed", ingress: { allowedBy: [{ policy: { name: "web" } }] } } },
    },
  ]);
});

test("one with ports is not, nor one that lets nobody in who is there", () => {
  expect(found(`{ ${fromClient}, ports: [{ port: 80 }] }`)).toEqual([]);
  expect(found("{ from: [{ podSelector: { matchLabels: { app: nobody } } }] }")).toEqual([]);
});

test("pods that declare no port leave nothing to compare with", () => {
  expect(found(`{ ${fromClient} }`, pod("shop", "web") + pod("shop", "client"))).toEqual([]);
});

test("another pod of the policy is the example where the first is the only caller", () => {
  const all = policy(
    "shop",
    "all",
    "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }] }",
  );
  const pods = pod("shop", "a", { app: "a" }, ["http TCP 80"]) + pod("shop", "b", { app: "b" }, ["http TCP 80"]);
  expect(findings("NP207", pods + all)).toMatchObject([{ witness: { flow: { to: { workload: { name: "b" } } } } }]);
});
