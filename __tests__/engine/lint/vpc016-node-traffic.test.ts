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

const annotated = (annotations: Record<string, string>, type = "LoadBalancer") => {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace: "shop", name: "web", annotations },
    spec: { type, selector: { app: "web" }, ports: [{ port: 80 }] },
  };
  return vpcFindings("VPC016", `${deployment("shop", "web")}${JSON.stringify(service)}\n---\n${closed}`);
};
const annotation = (name: string) => `service.beta.kubernetes.io/aws-load-balancer-${name}`;

test("a load balancer with pods for targets does not send by way of nodes", () => {
  expect(annotated({ [annotation("nlb-target-type")]: "ip" })).toEqual([]);
  expect(annotated({ [annotation("type")]: "external", [annotation("nlb-target-type")]: "ip" })).toEqual([]);
  expect(annotated({ [annotation("type")]: "nlb-ip" })).toEqual([]);
  expect(annotated({ [annotation("type")]: "external", [annotation("nlb-target-type")]: "instance" })).toHaveLength(1);
  expect(annotated({ [annotation("type")]: "external" })).toHaveLength(1);
  expect(annotated({ [annotation("nlb-target-type")]: "ip" }, "NodePort")).toHaveLength(1);
});

test("nor does one without ports on nodes, unless a port is asked for by number", () => {
  expect(found({ type: "LoadBalancer", allocateLoadBalancerNodePorts: false })).toEqual([]);
  expect(found({ type: "LoadBalancer", allocateLoadBalancerNodePorts: true })).toHaveLength(1);
  expect(found({ type: "LoadBalancer", allocateLoadBalancerNodePorts: false, ports: [{ port: 80, nodePort: 30080 }] })).toHaveLength(1);
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
