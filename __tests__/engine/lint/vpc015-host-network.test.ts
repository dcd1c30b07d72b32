import { namespace, policy } from "./lint-yaml";
import { deployment, vpcFindings } from "./vpc-lint";

const agent = (spec: Record<string, unknown>) => deployment("shop", "agent", { app: "agent" }, [], spec);
const found = (...manifests: readonly string[]) => vpcFindings("VPC015", manifests.join(""));
const closed = policy("shop", "closed", "{ podSelector: {}, policyTypes: [Ingress] }");
const from = (peer: string) =>
  policy("shop", "open", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [${peer}] }] }`);

test("pods on the host network that a policy selects are reported", () => {
  expect(found(agent({ hostNetwork: true }), closed)).toMatchObject([{ severity: "error", subject: { name: "agent" }, key: "selected" }]);
  expect(found(agent({}), closed)).toEqual([]);
  expect(found(agent({ hostNetwork: true }))).toEqual([]);
});

test("as peers they are whole nodes", () => {
  const peer = "{ podSelector: { matchLabels: { app: agent } } }";
  expect(found(deployment("shop", "web"), agent({ hostNetwork: true }), from(peer))).toMatchObject([
    { severity: "warning", subject: { name: "open" }, field: "spec.ingress[0].from[0]" },
  ]);
  expect(found(deployment("shop", "web"), agent({}), from(peer))).toEqual([]);
});

test("all of kube-system is, too, and some pods of it are not", () => {
  const system = "namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }";
  expect(found(deployment("shop", "web"), namespace("kube-system"), from(`{ ${system} }`))).toMatchObject([{ severity: "warning" }]);
  expect(
    found(deployment("shop", "web"), namespace("kube-system"), from(`{ ${system}, podSelector: { matchLabels: { k8s-app: kube-dns } } }`)),
  ).toEqual([]);
});

test("only the ports of the rule are said to be open on nodes", () => {
  const peer = "{ podSelector: { matchLabels: { app: agent } } }";
  const withPorts = from(peer).replace("}] }] }", "}], ports: [{ port: 80 }] }] }");
  const messages = [from(peer), withPorts].map((text) => found(deployment("shop", "web"), agent({ hostNetwork: true }), text)[0]?.message);
  expect(messages[0]).toContain("whatever comes from those nodes is let in, traffic");
  expect(messages[1]).toContain("whatever comes from those nodes is let in on the ports of the rule, traffic");
});
