/** What plans hold beside typed resources: values that must stay secret, and whole documents. */
import { evaluate, verdict } from "../../engine";
import { type Input, type Json, type JsonObject, toCluster } from "../../inputs";
import { faultsOf, objectsOn, planOf, type PlanEntry, plannedChange, readOne } from "./read-one";

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

describe("resources of other providers that install objects", () => {
  const object = JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p" } });
  const opaqueOf = (...entries: readonly PlanEntry[]): readonly Json[] =>
    readOne(planOf(entries)).opaque.map(({ because, namespace }) => [because, namespace ?? null]);
  const because = (address: string): string => `\`${address}\`: it carries Kubernetes objects in a form that is not read`;

  it("are opaque, by what they are called or by what they carry", () => {
    expect(
      opaqueOf(
        { type: "kustomization_resource", after: { manifest: object } },
        { type: "kustomization_resource", name: "y", after: {}, unknown: { manifest: true } },
        { type: "k8s_manifest", after: { namespace: "shop", content: "kind: NetworkPolicy\napiVersion: networking.k8s.io/v1\n" } },
        { type: "k8sconnect_object", after: {}, unknown: { yaml_body: true } },
        { type: "somebodys_thing", after: { documents: ["# first", object] } },
        { type: "somebodys_other", after: { document: { apiVersion: "v1", kind: "Pod" } } },
      ),
    ).toEqual([
      [because("kustomization_resource.x"), null],
      [because("kustomization_resource.y"), null],
      [because("k8s_manifest.x"), "shop"],
      [because("k8sconnect_object.x"), null],
      [because("somebodys_thing.x"), null],
      [because("somebodys_other.x"), null],
    ]);
  });

  it("are none of those that only keep a text, or that hold none", () => {
    expect(
      opaqueOf(
        { type: "aws_s3_object", after: { content: object } },
        { type: "local_file", after: { content: object } },
        { type: "kubernetes_config_map_v1", after: { data: { "p.yaml": object } } },
        { type: "somebodys_thing", after: { name: "kind", text: "what kind: of thing" } },
      ),
    ).toEqual([]);
  });

  it("keep to themselves what they carry", () => {
    const secret = JSON.stringify({ apiVersion: "v1", kind: "Secret", stringData: { p: "hunter2" } });
    const input = readOne(
      planOf([
        { type: "kustomization_resource", after: { manifest: secret } },
        { type: "k8s_manifest", after: { content: secret } },
      ]),
    );
    expect(JSON.stringify(input)).not.toContain("hunter2");
  });
});

describe("a document that is not known, may not be there or may still change", () => {
  const metadata = { name: "p", namespace: "back" };
  const spec = { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] };
  const open = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec };
  const closed = { ...open, spec: { podSelector: {}, policyTypes: ["Ingress"] } };
  const pod = (name: string): PlanEntry => ({
    type: "kubernetes_pod_v1",
    name,
    after: { metadata: [{ name, namespace: "back" }], spec: [{ container: [{ name: "c" }] }] },
  });
  const deny: PlanEntry = {
    type,
    name: "deny",
    after: { metadata: [{ name: "deny", namespace: "back" }], spec: [{ pod_selector: [{}], policy_types: ["Ingress"] }] },
  };

  /** What the pods of a plan may say to each other. */
  function answer(entries: readonly PlanEntry[], more: JsonObject = {}): string {
    const input = readOne(planOf([pod("a"), pod("b"), ...entries], more));
    const { value: cluster, problems } = toCluster(input.after.objects);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    const [from, to] = cluster.workloads.map((workload) => ({ kind: "workload", workload }) as const);
    if (from === undefined || to === undefined) throw new Error("the plan has two pods");
    return verdict(evaluate(cluster), { from, to, protocol: "TCP", port: 80 }).outcome;
  }

  const deferred = (entry: PlanEntry): JsonObject => ({
    deferred_changes: [{ reason: "resource_config_unknown", resource_change: plannedChange(entry) }],
  });
  const written = (manifest: JsonObject): readonly PlanEntry[] => [
    { type: "kubernetes_manifest", after: { manifest } },
    { type: "kubectl_manifest", after: { yaml_body: JSON.stringify(manifest) } },
    { type: "helm_release", after: { namespace: "back", manifest: JSON.stringify({ x: manifest }) } },
  ];
  const types = written(open).map((entry) => entry.type);

  test.each(types.map((name, at) => [name, at] as const))("decides when a %s is known", (_, at) => {
    expect(answer([deny, written(open)[at] as PlanEntry])).toBe("allowed");
    expect(answer([written(closed)[at] as PlanEntry])).toBe("denied");
  });

  test.each(types.map((name, at) => [name, at] as const))("leaves undecided what a deferred %s may open or close", (_, at) => {
    expect(answer([deny], deferred(written(open)[at] as PlanEntry))).toBe("undecided");
    expect(answer([], deferred(written(closed)[at] as PlanEntry))).toBe("undecided");
    // Its name is settled, and with it where it has no say.
    const elsewhere = { ...open, metadata: { ...metadata, namespace: "front" } };
    expect(answer([deny], deferred(written(elsewhere)[at] as PlanEntry))).toBe("denied");
  });

  test.each([
    { type: "kubernetes_manifest", after: {}, unknown: { manifest: true } },
    { type: "kubernetes_manifest", after: { manifest: { metadata } }, unknown: { manifest: { kind: true } } },
    { type: "kubectl_manifest", after: {}, unknown: { yaml_body: true } },
  ])("leaves undecided what a hidden $type may open or close ($after)", (entry) => {
    expect(answer([deny, entry])).toBe("undecided");
    expect(answer([entry])).toBe("undecided");
  });
});
