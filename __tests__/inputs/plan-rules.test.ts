/** What a plan says beside its objects: versions, targets, deferred and forgotten changes, drift. */
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
