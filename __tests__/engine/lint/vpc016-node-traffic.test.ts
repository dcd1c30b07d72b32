import { policy } from "./lint-yaml";
import { deployment, service, vpcFindings } from "./vpc-lint";

const closed = policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");
const found = (more: Record<string, unknown>, policies = closed) =>
  vpcFindings("VPC016", deployment("shop", "web") + service("shop", "web", { app: "web" }, ["80"], more) + policies);

test("a node port in front of closed pods is worth knowing", () => {
  expect(found({ type: "NodePort" })).toMatchObject([
    { severity: "info", subject: { kind: "Service", name: "web" }, field: "spec.externalTrafficPolicy" },
  ]);
  expect(found({ type: "LoadBalancer" })).toHaveLength(1);
});

test("one that keeps the caller's address is not, nor one in front of open pods, nor a Service within the cluster", () => {
  expect(found({ type: "NodePort", externalTrafficPolicy: "Local" })).toEqual([]);
  expect(found({ type: "NodePort" }, "")).toEqual([]);
  expect(found({})).toEqual([]);
});

test("a pod that may not connect to its own node does", () => {
  const live = [
    { apiVersion: "v1", kind: "Node", metadata: { name: "n1" }, status: { addresses: [{ type: "InternalIP", address: "10.0.0.9" }] } },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name: "web-0", labels: { app: "web" } },
      spec: { nodeName: "n1", containers: [{ name: "web", image: "nginx" }] },
      status: { phase: "Running", podIP: "10.0.0.20", podIPs: [{ ip: "10.0.0.20" }] },
    },
  ].map((object) => `${JSON.stringify(object)}\n---\n`);
  const egress = policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }");
  const [finding] = vpcFindings("VPC016", live.join("") + egress);
  expect(finding).toMatchObject({ severity: "info", key: "own node", witness: { verdict: { outcome: "denied" } } });
});
