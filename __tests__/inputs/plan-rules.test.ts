/** What a plan says beside its objects: versions, targets, deferred and forgotten changes, drift, secrets, opaque sources. */
import { type Input, type Json, type JsonObject, toCluster } from "../../inputs";
import { faultsOf, objectsOn, plannedChange, type PlanEntry, planOf, readOne } from "./read-one";

const policy = (name: string, spec: JsonObject = {}): JsonObject => ({
  metadata: [{ name, namespace: "shop", generate_name: "", labels: null }],
  spec: [{ pod_selector: [{ match_labels: null, match_expressions: [] }], policy_types: ["Ingress"], ingress: [], egress: [], ...spec }],
});
const type = "kubernetes_network_policy_v1";
const names = (input: Input, side: "before" | "after"): Json =>
  (objectsOn(input, side) ?? []).map(({ metadata }) => (metadata as JsonObject).name ?? null);
const sides = (...entries: PlanEntry[]): Json => {
  const input = readOne(planOf(entries));
  return { before: names(input, "before"), after: names(input, "after") };
};

describe("the format of a plan", () => {
  test.each(["0.1", "0.2", "1.0", "1.2", "1.99", "1.2.3"])("%s is read", (format_version) => {
    expect(readOne(planOf([], { format_version })).kind).toBe("plan");
  });

  test.each([
    [
      "2.0",
      "error: `plan.json` is a plan of format `2.0`, and formats 0.x and 1.x are read: write it with `terraform show -json` of Terraform 0.12 or later, or update this tool",
    ],
    [
      "10.1",
      "error: `plan.json` is a plan of format `10.1`, and formats 0.x and 1.x are read: write it with `terraform show -json` of Terraform 0.12 or later, or update this tool",
    ],
    [null, "error: `plan.json` is a plan without `format_version`: write it with `terraform show -json` of Terraform 0.12 or later"],
  ])("%s is refused", (format_version, message) => {
    expect(faultsOf(JSON.stringify(planOf([], { format_version })), "plan.json")).toEqual([message]);
  });

  it("says nothing about what will be when planning ended in an error", () => {
    expect(faultsOf(JSON.stringify(planOf([], { errored: true })), "plan.json")).toEqual([
      "error: `plan.json` is a plan that ended in an error, so it does not say what will be: mend it and plan again",
    ]);
  });
});

describe("the two sides of a change", () => {
  const [before, after] = [policy("old"), policy("new")];
  test.each<[string, readonly string[], Json, Json, string]>([
    ["no-op", ["no-op"], ["old"], ["new"], "none"],
    ["create", ["create"], [], ["new"], "create"],
    ["update", ["update"], ["old"], ["new"], "update"],
    ["delete", ["delete"], ["old"], [], "delete"],
    ["replace", ["delete", "create"], ["old"], ["new"], "replace-delete-first"],
    ["replace the other way round", ["create", "delete"], ["old"], ["new"], "replace-create-first"],
    ["forget", ["forget"], ["old"], ["old"], "forget"],
    ["replace what is forgotten", ["create", "forget"], ["old"], ["old", "new"], "replace-create-first"],
    ["a word no Terraform writes", ["transmute"], ["old"], ["new"], "update"],
  ])("%s", (_, actions, was, is, effect) => {
    const has = { create: actions.join() !== "delete" && actions.join() !== "forget", delete: actions.join() !== "create" };
    const plan = planOf([{ type, actions, before: has.delete ? before : null, after: has.create ? after : null }]);
    const input = readOne(plan);
    expect({ before: names(input, "before"), after: names(input, "after"), effect: input.changes[0]?.effect }).toEqual({
      before: was,
      after: is,
      effect,
    });
  });

  it("leave out data sources and what only waits to be destroyed", () => {
    expect(
      sides(
        { type, actions: ["delete"], before, more: { deposed: "abcd1234" } },
        { type: "kubernetes_namespace_v1", actions: ["read"], after: { metadata: [{ name: "n" }] }, more: { mode: "data" } },
      ),
    ).toEqual({ before: [], after: [] });
  });

  it("normalise what a provider writes back after an apply", () => {
    const written = {
      metadata: [{ name: "p", namespace: "shop", generate_name: "", labels: {}, annotations: null }],
      spec: [
        {
          pod_selector: [{ match_labels: {}, match_expressions: [] }],
          policy_types: ["Ingress"],
          egress: [],
          ingress: [{ from: [], ports: [{ port: "", end_port: 0, protocol: "TCP" }] }],
        },
      ],
    };
    const input = readOne(planOf([{ type, actions: ["no-op"], before: written, after: written }]));
    expect(objectsOn(input, "before")).toEqual(objectsOn(input, "after"));
    expect(objectsOn(input, "after")?.[0]?.spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ ports: [{ protocol: "TCP" }] }],
    });
  });
});

describe("a plan that is not the whole story", () => {
  const stateOf = (resources: readonly JsonObject[]): JsonObject => ({
    prior_state: { format_version: "1.0", values: { root_module: { resources } } },
  });
  const kept = (name: string): JsonObject => ({
    address: `${type}.${name}`,
    mode: "managed",
    type,
    name,
    values: policy(name),
    sensitive_values: {},
  });

  it("takes what a target left out from the state, on both sides", () => {
    const plan = planOf([{ type, name: "a", after: policy("a") }], { complete: false, ...stateOf([kept("b")]) });
    const input = readOne(plan);
    expect([names(input, "before"), names(input, "after")]).toEqual([["b"], ["a", "b"]]);
    expect(input.incomplete).toEqual([
      "the plan covers a part of the configuration, as with `-target`; 1 resource is taken from the state before it",
    ]);
  });

  it("is recognised without the flag that older versions do not write", () => {
    const plan = planOf([{ type, name: "a", actions: ["no-op"], before: policy("a"), after: policy("a") }], {
      complete: null,
      ...stateOf([kept("a"), kept("b"), kept("c")]),
    });
    expect(readOne(plan).incomplete).toEqual([
      "the plan covers a part of the configuration, as with `-target`; 2 resources are taken from the state before it",
    ]);
  });

  it("does not know what will come of a deferred change, and not even whether the policy will be there", () => {
    const change = plannedChange({ type, name: "d", after: policy("d", { pod_selector: [{ match_labels: { app: "x" } }] }) });
    const input = readOne(
      planOf([], { complete: false, deferred_changes: [{ reason: "resource_config_unknown", resource_change: change }] }),
    );
    expect(input.incomplete).toEqual([`the plan leaves 1 change to a later one: \`${type}.d\``]);
    const missing = { unknown: true, because: `\`${type}.d\` is left to a later plan (resource config unknown)` };
    const { value, problems } = toCluster(input.after.objects);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(value.policies).toMatchObject([{ name: "d", subject: { unknown: missing } }]);
  });

  it("keeps what a deferred deletion leaves for now, without claiming to know it", () => {
    const change = plannedChange({ type, name: "d", actions: ["delete"], before: policy("d") });
    const input = readOne(planOf([], { deferred_changes: [{ reason: "absent_prereq", resource_change: change }] }));
    expect([names(input, "before"), names(input, "after")]).toEqual([["d"], ["d"]]);
    expect(objectsOn(input, "after")?.[0]?.spec).toMatchObject({ podSelector: { unknown: true } });
  });

  it("that only refreshes compares what Terraform knew with what it found", () => {
    const drift = plannedChange({
      type,
      name: "a",
      actions: ["update"],
      before: policy("a"),
      after: policy("a", { ingress: [{ from: [], ports: [] }] }),
    });
    const found = { ...kept("a"), values: policy("a", { ingress: [{ from: [], ports: [] }] }) };
    const gone = plannedChange({ type, name: "g", actions: ["delete"], before: policy("g") });
    const plan = {
      format_version: "1.2",
      planned_values: { root_module: {} },
      resource_drift: [drift, gone],
      ...stateOf([found, kept("b")]),
    };
    const input = readOne(plan);
    expect([names(input, "before"), names(input, "after")]).toEqual([
      ["b", "a", "g"],
      ["a", "b"],
    ]);
    expect(objectsOn(input, "before")?.[1]?.spec).not.toHaveProperty("ingress");
    expect(objectsOn(input, "after")?.[0]?.spec).toHaveProperty("ingress");
    expect(input.drift.map(({ address, effect, after }) => [address, effect, after.length])).toEqual([
      [`${type}.a`, "update", 1],
      [`${type}.g`, "delete", 0],
    ]);
  });

  it("skips deposed objects of the state, and finds modules in modules", () => {
    const inner = { address: "module.a.module.b", resources: [{ ...kept("m"), address: `module.a.module.b.${type}.m` }] };
    const values = {
      root_module: { resources: [{ ...kept("x"), deposed_key: "00" }], child_modules: [{ address: "module.a", child_modules: [inner] }] },
    };
    const input = readOne({ format_version: "1.2", planned_values: {}, prior_state: { values } });
    expect(input.after.objects.map(({ location }) => [location.address, location.pointer])).toEqual([
      [`module.a.module.b.${type}.m`, "/prior_state/values/root_module/child_modules/0/child_modules/0/resources/0"],
    ]);
  });
});

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

describe("resources of infrastructure", () => {
  it("carry what the configuration says they depend on and refer to, across modules and instances", () => {
    const block = (over: JsonObject): JsonObject => ({
      mode: "managed",
      type: "aws_eks_addon",
      name: "cni",
      address: "aws_eks_addon.cni",
      expressions: {
        cluster_name: { references: ["aws_eks_cluster.c.name", "aws_eks_cluster.c"] },
        addon_name: { constant_value: "vpc-cni" },
      },
      depends_on: ["aws_eks_node_group.n"],
      ...over,
    });
    const configuration = {
      root_module: {
        resources: [block({})],
        module_calls: {
          eks: {
            module: {
              resources: [block({ count_expression: { references: ["each.key", "data.aws_region.r.name", "data.aws_region.r"] } })],
            },
          },
        },
      },
    };
    const values = { addon_name: "vpc-cni", configuration_values: '{"enableNetworkPolicy":"true"}' };
    const plan = planOf(
      [
        { type: "aws_eks_addon", name: "cni", after: values },
        { type: "aws_eks_addon", address: 'module.eks["a.b[0]"].aws_eks_addon.cni[0]', after: values },
      ],
      { configuration },
    );
    expect(readOne(plan, "plan.json").after.resources).toEqual([
      {
        type: "aws_eks_addon",
        address: "aws_eks_addon.cni",
        mode: "managed",
        values,
        dependsOn: ["aws_eks_node_group.n"],
        references: ["aws_eks_cluster.c"],
        location: { address: "aws_eks_addon.cni", file: "plan.json", pointer: "/resource_changes/0" },
      },
      {
        type: "aws_eks_addon",
        address: 'module.eks["a.b[0]"].aws_eks_addon.cni[0]',
        mode: "managed",
        values,
        dependsOn: ["module.eks.aws_eks_node_group.n"],
        references: ["module.eks.aws_eks_cluster.c", "module.eks.data.aws_region.r"],
        location: { address: 'module.eks["a.b[0]"].aws_eks_addon.cni[0]', file: "plan.json", pointer: "/resource_changes/1" },
      },
    ]);
  });
});
