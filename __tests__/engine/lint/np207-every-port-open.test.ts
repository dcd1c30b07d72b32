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
