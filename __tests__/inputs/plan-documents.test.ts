/** What plans hold beside typed resources: values that must stay secret, and whole documents. */
import type { Input, Json, JsonObject } from "../../inputs";
import { faultsOf, objectsOn, planOf, readOne } from "./read-one";

const type = "kubernetes_network_policy_v1";
const policy = (name: string, spec: JsonObject): JsonObject => ({
  metadata: [{ name, namespace: "shop" }],
  spec: [{ pod_selector: [{ match_labels: null, match_expressions: [] }], policy_types: ["Ingress"], ...spec }],
});
const names = (input: Input, side: "before" | "after"): Json =>
  (objectsOn(input, side) ?? []).map(({ metadata }) => (metadata as JsonObject).name ?? null);

describe("what must not leave the reader", () => {
  const secret = "hunter2";
  const plan = planOf([
    {
      type: "aws_db_instance",
      after: { password: secret, name: "db", nested: [{ token: secret, open: true }] },
      sensitive: { password: true, nested: [{ token: true }] },
    },
    { type: "kubernetes_secret_v1", after: { metadata: [{ name: "s" }], data: { password: secret } } },
    {
      type: "kubectl_manifest",
      after: { yaml_body: `apiVersion: v1\nkind: Secret\nmetadata: {name: k, annotations: {a: ${secret}}}\nstringData: {p: ${secret}}\n` },
      sensitive: { yaml_body: true },
    },
    {
      type: "kubernetes_manifest",
      after: { manifest: { apiVersion: "v1", kind: "Secret", metadata: { name: "m" }, data: { p: secret } } },
    },
    { type: "helm_release", after: { name: "h", namespace: "mesh", values: [secret], set_sensitive: [{ value: secret }] } },
  ]);

  it("is what Terraform marks sensitive, and documents that may hold secrets", () => {
    const input = readOne(plan);
    expect(JSON.stringify(input)).not.toContain(secret);
    expect(input.after.resources.find(({ address }) => address === "aws_db_instance.x")?.values).toEqual({
      password: { unknown: true, because: "marked sensitive" },
      name: "db",
      nested: [{ token: { unknown: true, because: "marked sensitive" }, open: true }],
    });
  });

  it("is not what a policy says, though it comes from a sensitive value", () => {
    const from = [{ ip_block: [{ cidr: "10.9.0.0/16" }], namespace_selector: [], pod_selector: [] }];
    const sensitive = { spec: [{ ingress: [{ from: [{ ip_block: [{ cidr: true }] }] }] }] };
    const input = readOne(planOf([{ type, after: policy("p", { ingress: [{ from, ports: [] }] }), sensitive }]));
    expect(JSON.stringify(input.after.objects)).toContain("10.9.0.0/16");
    expect(JSON.stringify(input.after.resources)).not.toContain("10.9.0.0/16");
  });

  it("is not there in messages about a manifest that is broken", () => {
    const broken = planOf([
      { type: "kubectl_manifest", after: { yaml_body: `kind: Secret\nstringData: {p: ${secret}` }, sensitive: { yaml_body: true } },
    ]);
    expect(faultsOf(JSON.stringify(broken), "plan.json")).toEqual([
      "error: `kubectl_manifest.x` has a `yaml_body` that is not YAML at its line 2, column 24: correct it there",
    ]);
  });
});

describe("documents inside a plan", () => {
  it("are read from a manifest that is marked sensitive", () => {
    const yaml_body = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n";
    const input = readOne(planOf([{ type: "kubectl_manifest", after: { yaml_body }, sensitive: { yaml_body: true } }]));
    expect(objectsOn(input, "after")).toEqual([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "a" } } }]);
  });

  it("are read from a chart that the provider rendered", () => {
    const manifest = JSON.stringify({ "mesh/Pod/v1/p": { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "mesh" } } });
    const input = readOne(planOf([{ type: "helm_release", after: { namespace: "mesh", manifest } }]));
    expect(names(input, "after")).toEqual(["p"]);
    expect(input.opaque).toEqual([]);
  });

  it("are opaque where they are not known, with the namespace they write to", () => {
    const input = readOne(
      planOf([
        { type: "helm_release", after: { namespace: "mesh" }, unknown: { manifest: true } },
        { type: "helm_release", name: "y", after: {} },
        { type: "kubectl_manifest", after: { override_namespace: "shop" }, unknown: { yaml_body: true } },
        { type: "kubernetes_manifest", after: {}, unknown: { manifest: true } },
      ]),
    );
    expect(input.opaque.map(({ namespace, because }) => [namespace, because])).toEqual([
      ["mesh", "`helm_release.x`: its chart is not rendered in this input"],
      ["default", "`helm_release.y`: its chart is not rendered in this input"],
      ["shop", "`kubectl_manifest.x`: its `yaml_body` is known only after apply"],
      [undefined, "`kubernetes_manifest.x`: its `manifest` is known only after apply"],
    ]);
  });
});
