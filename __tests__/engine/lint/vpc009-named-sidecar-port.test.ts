import { policy } from "./lint-yaml";
import { deployment, vpcFindings } from "./vpc-lint";

const init = (restartPolicy?: string) => ({
  initContainers: [
    {
      name: "proxy",
      image: "envoy",
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
      ports: [{ name: "admin", containerPort: 9901 }],
    },
  ],
});
const found = (ports: readonly string[], name: string) =>
  vpcFindings(
    "VPC009",
    deployment("shop", "client") +
      deployment("shop", "web", { app: "web" }, ports, init("Always")) +
      policy(
        "shop",
        "web",
        `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }], ports: [{ port: ${name} }] }] }`,
      ),
  );

test("a name that only a sidecar declares opens nothing", () => {
  expect(found(["http TCP 80"], "admin")).toMatchObject([
    { severity: "error", field: "spec.ingress[0].ports[0]", witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("a name of an ordinary container does, and so does a number", () => {
  expect(found(["http TCP 80"], "http")).toEqual([]);
  expect(found(["http TCP 80"], "9901")).toEqual([]);
});

test("egress to such a port is lost as well", () => {
  const toWeb = policy(
    "shop",
    "client",
    "{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: admin }] }] }",
  );
  const findings = vpcFindings(
    "VPC009",
    deployment("shop", "client") + deployment("shop", "web", { app: "web" }, [], init("Always")) + toWeb,
  );
  expect(findings).toMatchObject([{ field: "spec.egress[0].ports[0]" }]);
});

test("a first peer on the host network, or one that may not send, does not hide it", () => {
  const web = deployment("shop", "web", { app: "web" }, [], init("Always"));
  const agent = deployment("shop", "agent", { app: "agent" }, [], { hostNetwork: true });
  const admitting = (peers: readonly string[]) =>
    policy(
      "shop",
      "web",
      `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [${peers.map((app) => `{ podSelector: { matchLabels: { app: ${app} } } }`).join(", ")}], ports: [{ port: admin }] }] }`,
    );
  expect(vpcFindings("VPC009", agent + deployment("shop", "client") + web + admitting(["agent", "client"]))).toMatchObject([
    { witness: { flow: { from: { workload: { name: "client" } } }, verdict: { outcome: "allowed" } } },
  ]);
  const closed = policy("shop", "client", "{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress] }");
  const [finding] = vpcFindings("VPC009", deployment("shop", "client") + web + closed + admitting(["client"]));
  expect(finding?.message).toContain("at the receiving end, by the specification it is allowed, the VPC CNI denies it");
});

test("a sender that may send anything does not hide one that loses the port", () => {
  const web = deployment("shop", "web", { app: "web" }, [], init("Always"));
  const all = policy(
    "shop",
    "all",
    "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: admin }] }] }",
  );
  const open = policy("shop", "open", "{ podSelector: { matchLabels: { app: admin } }, policyTypes: [Egress], egress: [{}] }");
  expect(vpcFindings("VPC009", deployment("shop", "admin") + deployment("shop", "client") + web + all + open)).toMatchObject([
    { subject: { name: "all" }, witness: { flow: { from: { workload: { name: "client" } } } } },
  ]);
});
