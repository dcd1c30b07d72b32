import { findings, namespace, pod, policy } from "./lint-yaml";

const found = (text: string) => findings("NP101", text);
const subject = (app: string) => policy("shop", "web", `{ podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Ingress] }`);
const from = (peer: string) => policy("shop", "web", `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [${peer}] }] }`);

describe("a subject that matches nothing", () => {
  test("is a warning beside other pods, and an info in a namespace the input shows no pods of", () => {
    expect(found(pod("shop", "web") + subject("wbe"))).toMatchObject([{ severity: "warning", field: "spec.podSelector" }]);
    expect(found(pod("other", "web") + subject("web"))).toMatchObject([{ severity: "info" }]);
    expect(found(pod("shop", "web") + subject("web"))).toEqual([]);
  });

  test("says nothing about an input without any pods, or about `{}`", () => {
    expect(found(subject("web"))).toEqual([]);
    expect(found(pod("other", "web") + policy("shop", "deny", "{ podSelector: {}, policyTypes: [Ingress] }"))).toEqual([]);
  });

  test("is an error when it can never match, pods or not", () => {
    const contradiction = "{ matchExpressions: [{ key: app, operator: Exists }, { key: app, operator: DoesNotExist }] }";
    expect(found(policy("shop", "web", `{ podSelector: ${contradiction}, policyTypes: [Ingress] }`))).toMatchObject([
      { severity: "error" },
    ]);
  });
});

describe("a peer that matches nothing", () => {
  const ground = namespace("shop") + namespace("front") + pod("shop", "web") + pod("front", "browser");

  test("by a label nobody sets is an error when a namespace has that name, with a flow that is refused", () => {
    const [finding] = found(ground + from("{ namespaceSelector: { matchLabels: { name: front } } }"));
    expect(finding).toMatchObject({ severity: "error", field: "spec.ingress[0].from[0]", witness: { verdict: { outcome: "denied" } } });
    expect(finding?.advice).toContain("kubernetes.io/metadata.name: front");
  });

  test("is a warning otherwise", () => {
    expect(found(ground + from("{ namespaceSelector: { matchLabels: { team: red } } }"))).toMatchObject([{ severity: "warning" }]);
    expect(found(ground + from("{ podSelector: { matchLabels: { app: nobody } } }"))).toMatchObject([{ severity: "warning" }]);
  });

  test("leaves namespaces asked for by name to NP105, and those of the system alone", () => {
    const byName = (name: string) => from(`{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${name} } } }`);
    expect(found(ground + byName("nowhere"))).toEqual([]);
    expect(found(ground + byName("kube-system"))).toEqual([]);
  });

  test("is not claimed where a namespace that is not described may have the label", () => {
    expect(found(pod("shop", "web") + pod("front", "browser") + from("{ namespaceSelector: { matchLabels: { team: red } } }"))).toEqual([]);
  });
});

test("pods of kube-system that the input does not show are there all the same", () => {
  const dns =
    "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }";
  expect(found(namespace("kube-system") + namespace("shop") + pod("shop", "web") + from(dns))).toEqual([]);
  const forDns = policy("kube-system", "dns", "{ podSelector: { matchLabels: { k8s-app: kube-dns } }, policyTypes: [Ingress] }");
  expect(found(pod("shop", "web") + forDns)).toEqual([]);
  expect(found(pod("shop", "web") + pod("kube-system", "proxy") + forDns)).toHaveLength(1);
});

describe("a label that stands for a namespace's name", () => {
  const peer = (label: string) => from(`{ namespaceSelector: { matchLabels: { ${label} } } }`);
  const ground = namespace("shop") + namespace("front") + pod("shop", "web") + pod("front", "browser");

  test("is told by its key, and not by a value that happens to be a name", () => {
    expect(found(ground + peer("app.kubernetes.io/name: front"))).toMatchObject([{ severity: "error" }]);
    const [finding] = found(ground + peer("team: front"));
    expect(finding).toMatchObject({ severity: "warning" });
    expect(finding?.advice).not.toContain("metadata.name");
  });

  test("is no such label where some namespace has it", () => {
    expect(found(ground + namespace("data", { name: "data" }) + peer("name: front"))).toMatchObject([{ severity: "warning" }]);
  });
});

describe("the subject of a cluster-wide policy", () => {
  const wide = (namespace: string) =>
    `{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: wide }, spec: { tier: Admin, priority: 5,
    subject: { namespaces: { matchLabels: { ${namespace} } } }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n---\n`;

  test("that matches no pod is reported, but for pods of kube-system and namespaces that are not there", () => {
    const ground = namespace("shop") + pod("shop", "web");
    expect(found(ground + wide("team: red"))).toMatchObject([{ severity: "warning", field: "spec.subject" }]);
    expect(found(ground + wide("kubernetes.io/metadata.name: kube-system"))).toEqual([]);
    expect(found(ground + wide("kubernetes.io/metadata.name: shopp"))).toEqual([]);
    expect(found(ground + namespace("empty") + wide("kubernetes.io/metadata.name: empty"))).toHaveLength(1);
  });
});
