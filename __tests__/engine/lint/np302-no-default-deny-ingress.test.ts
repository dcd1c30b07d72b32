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
