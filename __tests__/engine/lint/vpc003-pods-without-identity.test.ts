import { pod, policy } from "./lint-yaml";
import { deployment, vpcFindings } from "./vpc-lint";

const found = (manifests: string) => vpcFindings("VPC003", manifests);
const closed = policy("shop", "web", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress] }");
const ofKind = (kind: string, labels: Record<string, string>) => deployment("shop", "web", labels).replace('"Deployment"', `"${kind}"`);

test("a bare pod that a policy selects is reported, and one that none selects is not", () => {
  expect(found(pod("shop", "web") + closed)).toMatchObject([{ severity: "error", subject: { kind: "Pod", name: "web" }, key: "bare" }]);
  expect(found(pod("shop", "api") + closed)).toEqual([]);
});

test("two workloads of one name are reported when their policies differ", () => {
  const both = ofKind("StatefulSet", { app: "web" }) + ofKind("DaemonSet", { app: "agent" });
  expect(found(both + closed).map(({ subject }) => subject.kind)).toEqual(["DaemonSet", "StatefulSet"]);
  expect(found(ofKind("StatefulSet", { app: "web" }) + ofKind("DaemonSet", { app: "web" }) + closed)).toEqual([]);
});

test("Deployments have a hash in their names, and share nothing", () => {
  expect(found(ofKind("StatefulSet", { app: "web" }) + deployment("shop", "web", { app: "agent" }) + closed)).toEqual([]);
});

test("a policy for single pods of a StatefulSet is reported", () => {
  const first = policy("shop", "first", '{ podSelector: { matchLabels: { apps.kubernetes.io/pod-index: "0" } }, policyTypes: [Ingress] }');
  expect(found(first)).toMatchObject([{ subject: { name: "first" }, field: "spec.podSelector" }]);
});

test("a pod that an operator made for an object of its own is not bare", () => {
  const owned = pod("shop", "web").replace(
    '"labels"',
    '"ownerReferences":[{"apiVersion":"kafka.strimzi.io/v1beta2","kind":"StrimziPodSet","name":"web","uid":"1","controller":true}],"labels"',
  );
  expect(found(owned + closed)).toEqual([]);
});
