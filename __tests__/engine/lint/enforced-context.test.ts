import { lintRules, runRules } from "../../../engine/lint";
import { clusterEnforcement } from "../../../engine/lint/cni-context";
import { enforcedContext } from "../../../engine/lint/enforced-context";
import { evaluated, objectsOf, policy } from "./lint-yaml";
import { deployment, eks, vpcContext } from "./vpc-lint";

const tier = (name: string, spec: string) =>
  `{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: ${name} }, spec: ${spec} }\n---\n`;
const denyAll = tier(
  "deny",
  "{ priority: 10, subject: { namespaces: {} }, ingress: [{ name: no, action: Deny, from: [{ namespaces: {} }] }] }",
);
const web = deployment("shop", "web", { app: "web" }, ["http TCP 80"]) + deployment("shop", "client");
const found = (code: string, manifests: string, before?: string, infrastructure = eks()) => {
  const context = vpcContext(manifests, infrastructure);
  const past = before === undefined ? {} : { before: evaluated(objectsOf(before, "before.yaml")) };
  return runRules(
    lintRules.filter((rule) => rule.code === code),
    { ...context, ...past },
  ).results;
};
const calico = deployment("kube-system", "calico-node");

test("an input without cluster-wide policies, or without a cluster that leaves them unread, is the same context", () => {
  const context = vpcContext(web);
  expect(enforcedContext(context)).toBe(context);
  const read = vpcContext(web + denyAll + calico);
  expect(enforcedContext(read).evaluation).toBe(read.evaluation);
  const off = vpcContext(web + denyAll, eks({ configuration: {} }));
  expect(enforcedContext(off)).toBe(off);
});

test("what is not read is left out once, for all rules", () => {
  const context = vpcContext(web + denyAll);
  expect(enforcedContext(context).evaluation.cluster.clusterPolicies).toEqual([]);
  expect(enforcedContext(context)).toBe(enforcedContext(context));
});

test("a policy that opens the internet does, though a tier that nobody reads would deny it", () => {
  const open = policy("shop", "open", "{ podSelector: {}, policyTypes: [Egress], egress: [{}] }");
  const guard = tier(
    "guard",
    '{ priority: 10, subject: { namespaces: {} }, egress: [{ name: no, action: Deny, to: [{ networks: ["0.0.0.0/0", "::/0"] }] }] }',
  );
  expect(found("NP205", web + open + guard)).toHaveLength(1);
  expect(found("NP205", web + open + guard + calico)).toEqual([]);
});

test("DNS is closed, though a tier that nobody reads would open it", () => {
  const closed = policy("shop", "closed", "{ podSelector: {}, policyTypes: [Egress] }");
  const dns = tier(
    "dns",
    "{ priority: 10, subject: { namespaces: {} }, egress: [{ name: yes, action: Allow, to: [{ namespaces: {} }] }] }",
  );
  expect(found("NP301", web + closed + dns)).toMatchObject([{ severity: "warning" }]);
  expect(found("NP301", web + closed + dns + calico)).toEqual([]);
});

test("a default deny is lost when a tier that nobody reads takes its place, and not when such a tier goes", () => {
  const deny = policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }");
  expect(found("NP402", web + denyAll, web + deny)).toMatchObject([
    { subject: { name: "deny" }, witness: { verdict: { outcome: "allowed" } } },
  ]);
  expect(found("NP402", web, web + denyAll)).toEqual([]);
  expect(found("NP402", web + denyAll + calico, web + deny + calico)).toEqual([]);
});

test("rules about what is written see all of it", () => {
  expect(found("VPC001", web + denyAll)).toHaveLength(1);
  expect(found("NP113", web + denyAll)).toHaveLength(1);
});

test("what was worked out about enforcement before is not worked out again", () => {
  const { enforcement: _none, ...context } = vpcContext(web);
  const enforcement = clusterEnforcement(context);
  expect(clusterEnforcement({ ...context, enforcement })).toBe(enforcement);
  expect(clusterEnforcement({ ...context })).not.toBe(enforcement);
});
