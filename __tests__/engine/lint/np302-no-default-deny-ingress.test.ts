import { runRules } from "../../../engine/lint";
import { np302NoDefaultDenyIngress } from "../../../engine/lint/rules/np302-no-default-deny-ingress";
import { findings, pod, policy } from "./lint-yaml";
import { deployment, eks, vpcContext } from "./vpc-lint";

const found = (text: string) => findings("NP302", text);
const closing = (selector: string) => policy("shop", "close", `{ podSelector: ${selector}, policyTypes: [Ingress] }`);

test("a namespace without a default deny is reported, with a flow that is allowed", () => {
  expect(found(pod("shop", "web"))).toMatchObject([
    { severity: "warning", subject: { kind: "Namespace", name: "shop" }, witness: { verdict: { outcome: "allowed" } } },
  ]);
});

test("a policy for some pods is no default, even if it closes all that are there", () => {
  const [finding] = found(pod("shop", "web") + closing("{ matchLabels: { app: web } }"));
  expect(finding?.message).toContain("that no policy selects");
  expect(finding?.witness).toMatchObject({ verdict: { outcome: "allowed" } });
});

test("the example is no pod that lets in what its own policy allows", () => {
  const spec = "{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }";
  const [finding] = found(pod("shop", "web") + policy("shop", "open", spec));
  expect(finding?.witness).toMatchObject({ verdict: { outcome: "allowed", ingress: { isolatedBy: [] } } });
  const [other] = found(pod("shop", "web") + pod("shop", "worker") + policy("shop", "open", spec));
  expect(other?.witness?.flow.to).toMatchObject({ workload: { name: "worker" } });
});

test("one for every pod is, and so is one that excludes by a label only some have", () => {
  expect(found(pod("shop", "web") + closing("{}"))).toEqual([]);
  expect(found(pod("shop", "web") + closing("{ matchExpressions: [{ key: open, operator: DoesNotExist }] }"))).toEqual([]);
});

test("the cluster's own namespaces are left out", () => {
  expect(found(pod("kube-system", "coredns"))).toEqual([]);
});

test("the example is a pod that a default deny would close, and there is no finding where none is", () => {
  const onNode = deployment("shop", "agent", { app: "agent" }, [], { hostNetwork: true });
  expect(found(onNode + pod("shop", "web"))).toMatchObject([{ witness: { flow: { to: { workload: { name: "web" } } } } }]);
  expect(found(onNode)).toEqual([]);
});

test("the caller has an address of the cluster's family", () => {
  const caller = (ipFamily: string) => {
    const infrastructure = eks({ cluster: { kubernetes_network_config: { ip_family: ipFamily } } });
    const [finding] = runRules([np302NoDefaultDenyIngress], vpcContext(deployment("shop", "web"), infrastructure)).results;
    return finding?.witness?.flow.from;
  };
  expect(caller("ipv4")).toEqual({ kind: "address", address: "203.0.113.10" });
  expect(caller("ipv6")).toEqual({ kind: "address", address: "3fff::10" });
});

describe("on EKS", () => {
  const tiered = (kind: "ClusterNetworkPolicy" | "BaselineAdminNetworkPolicy") =>
    kind === "ClusterNetworkPolicy"
      ? `{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ${kind}, metadata: { name: closed }, spec: { tier: Baseline, priority: 10, subject: { namespaces: {} },
    ingress: [{ action: Deny, from: [{ namespaces: {} }] }], egress: [{ action: Deny, to: [{ namespaces: {} }] }] } }\n---\n`
      : `{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: ${kind}, metadata: { name: default }, spec: { subject: { namespaces: {} },
    ingress: [{ action: Deny, from: [{ namespaces: {} }] }], egress: [{ action: Deny, to: [{ namespaces: {} }] }] } }\n---\n`;
  const onEks = (manifests: string, infrastructure = eks()) =>
    runRules([np302NoDefaultDenyIngress], vpcContext(deployment("shop", "web") + manifests, infrastructure)).results;

  test.each(["ClusterNetworkPolicy", "BaselineAdminNetworkPolicy"] as const)(
    "a %s of the specification closes nothing where the VPC CNI does not read it",
    (kind) => {
      expect(found(pod("shop", "web") + tiered(kind))).toEqual([]);
      expect(onEks(tiered(kind))).toMatchObject([{ subject: { name: "shop" }, witness: { verdict: { outcome: "allowed" } } }]);
      expect(onEks(tiered(kind) + deployment("kube-system", "calico-node"))).toEqual([]);
    },
  );

  test("one of AWS closes what it denies, unless the add-on is too old to read it", () => {
    const aws = `{ apiVersion: networking.k8s.aws/v1alpha1, kind: ClusterNetworkPolicy, metadata: { name: closed }, spec: { tier: Baseline, priority: 10,
      subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n---\n`;
    expect(onEks(aws)).toEqual([]);
    expect(onEks(aws, eks({ addon: { addon_version: "v1.20.5-eksbuild.1" } }))).toHaveLength(1);
  });

  test("an ApplicationNetworkPolicy for every pod is a default deny", () => {
    const application = (types: string) =>
      `{ apiVersion: networking.k8s.aws/v1alpha1, kind: ApplicationNetworkPolicy, metadata: { namespace: shop, name: closed }, spec: { podSelector: {}, policyTypes: [${types}] } }\n---\n`;
    expect(onEks(application("Ingress"))).toEqual([]);
    expect(onEks(application("Egress"))).toHaveLength(1);
  });

  test("strict mode closes pods that no policy selects, and leaves open what a policy leaves out", () => {
    const strict = eks({ configuration: { enableNetworkPolicy: "true", env: { NETWORK_POLICY_ENFORCING_MODE: "strict" } } });
    expect(onEks("", strict)).toEqual([]);
    expect(onEks(policy("shop", "egress", "{ podSelector: {}, policyTypes: [Egress] }"), strict)).toHaveLength(1);
  });
});
