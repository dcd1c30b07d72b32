import { namespace, policy } from "./lint-yaml";
import { deployment, eks, vpcFindings } from "./vpc-lint";

const object = (kind: string, metadata: Record<string, string>, spec: Record<string, unknown>) =>
  `${JSON.stringify({ apiVersion: "networking.k8s.aws/v1alpha1", kind, metadata, spec })}\n---\n`;
const everyone = [{ namespaces: {} }];
const clusterWide = (ingress: readonly unknown[], egress: readonly unknown[] = []) =>
  object("ClusterNetworkPolicy", { name: "guard" }, { tier: "Admin", priority: 10, subject: { namespaces: {} }, ingress, egress });
const application = (spec: Record<string, unknown>) =>
  object("ApplicationNetworkPolicy", { namespace: "shop", name: "web" }, { podSelector: {}, ...spec });
const base = namespace("shop") + deployment("shop", "web");
const keys = (manifests: string, infrastructure = eks()) => vpcFindings("VPC024", base + manifests, infrastructure).map(({ key }) => key);
const deny = { action: "Deny", from: everyone };

test("a cluster or an add-on that is too old is reported", () => {
  expect(keys(clusterWide([deny]), eks({ cluster: { version: "1.28" } }))).toEqual(["cluster version"]);
  expect(keys(clusterWide([deny]), eks({ addon: { addon_version: "v1.20.4-eksbuild.1" } }))).toEqual(["add-on version"]);
  expect(keys(clusterWide([deny]), eks({ addon: { addon_version: "v1.21.0-eksbuild.1" } }))).toEqual(["add-on version"]);
  expect(keys(clusterWide([deny]))).toEqual([]);
});

test("rules of different actions in one policy, and a first peer that matches nothing, are reported", () => {
  expect(keys(clusterWide([deny, { action: "Accept", from: everyone }]))).toEqual(["mixed actions"]);
  const nobody = { namespaces: { matchLabels: { team: "none" } } };
  expect(keys(clusterWide([{ action: "Deny", from: [nobody, ...everyone] }]))).toEqual(["first peer"]);
  expect(keys(clusterWide([{ action: "Deny", from: [...everyone, nobody] }]))).toEqual([]);
});

test("domain names and named ports are reported, the first not in Auto Mode", () => {
  const names = clusterWide([], [{ action: "Accept", to: [{ domainNames: ["example.com"] }] }]);
  expect(keys(names)).toEqual(["domain names"]);
  expect(keys(names, eks({ cluster: { compute_config: { enabled: true } } }))).toEqual([]);
  expect(keys(clusterWide([{ ...deny, ports: [{ namedPort: "http" }] }]))).toEqual(["named port ingress"]);
});

test("what nothing fills in for the namespaced kind is reported", () => {
  expect(keys(application({ ingress: [] }))).toEqual(["policy types"]);
  expect(keys(application({ policyTypes: ["Egress"], egress: [{}] }))).toEqual(["empty to"]);
  const open = { from: [{ podSelector: {} }] };
  expect(keys(application({ policyTypes: ["Ingress"], ingress: [{ ...open, ports: [{ port: 80 }] }] }))).toEqual(["protocol ingress"]);
  expect(keys(application({ policyTypes: ["Ingress"], ingress: [{ ...open, ports: [{ port: 80, protocol: "TCP" }] }] }))).toEqual([]);
});

test("the name of a NetworkPolicy is taken", () => {
  const same = policy("shop", "web", "{ podSelector: {}, policyTypes: [Ingress] }");
  expect(keys(application({ policyTypes: ["Ingress"], ingress: [] }) + same)).toEqual(["same name"]);
});
