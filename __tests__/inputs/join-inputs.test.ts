import { readFileSync } from "node:fs";
import { join } from "node:path";
import { joinInputs, type JsonObject, readInputs, toCluster } from "../../inputs";
import { plannedChange, planOf, readJoined, readOne } from "./read-one";

const type = "kubernetes_namespace_v1";
const values = (name: string, labels: JsonObject | null = null): JsonObject => ({ metadata: [{ name, labels }] });
const stack = (stackName: string, namespaces: Readonly<Record<string, JsonObject>>): JsonObject => ({
  "//": { metadata: { stackName, version: "0.21.0" } },
  terraform: {},
  resource: { [type]: namespaces },
});
const construct = (path: string, name: string): JsonObject => ({
  "//": { metadata: { path, uniqueId: "x" }, netpol: { source: { file: "stacks/a.ts", line: 7 }, suppress: ["NP201 why"] } },
  metadata: { name },
});
const yaml = (name: string): string => `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`;
const names = (snapshot: { readonly objects: readonly { readonly object: JsonObject }[] } | undefined): unknown =>
  snapshot?.objects.map(({ object }) => (object.metadata as JsonObject).name);

describe("inputs taken together", () => {
  it("have no before when none of them tells one", () => {
    const joined = readJoined([
      ["cdk.tf.json", stack("s", { a: construct("s/a", "a") })],
      ["b.yaml", yaml("b")],
    ]);
    expect([names(joined.after), joined.before]).toEqual([["a", "b"], undefined]);
  });

  it("count what has no before as unchanged", () => {
    const plan = planOf([{ type, name: "p", after: values("p") }]);
    const joined = readJoined([
      ["plan.json", plan],
      ["b.yaml", yaml("b")],
    ]);
    expect([names(joined.before), names(joined.after)]).toEqual([["b"], ["b", "p"]]);
  });

  it("take what a plan says over its configuration, and the construct paths from there", () => {
    const configuration = {
      root_module: {
        resources: ["a", "gone"].map((name) => ({ address: `${type}.${name}`, mode: "managed", type, name, expressions: {} })),
      },
    };
    const plan = planOf([{ type, name: "a", actions: ["update"], before: values("a"), after: values("a", { team: "x" }) }], {
      configuration,
    });
    const joined = readJoined([
      [
        "cdktf.out/stacks/s/cdk.tf.json",
        stack("s", { a: construct("s/a", "a"), gone: construct("s/gone", "gone"), other: construct("s/other", "other") }),
      ],
      ["plan.json", plan],
    ]);
    // What the plan's configuration declares and the plan does not create is not there; what it does not know stays.
    expect([names(joined.before), names(joined.after)]).toEqual([
      ["other", "a"],
      ["other", "a"],
    ]);
    const location = {
      file: "plan.json",
      pointer: "/resource_changes/0",
      address: `${type}.a`,
      constructPath: "s/a",
      created: { file: "stacks/a.ts", line: 7 },
    };
    expect(joined.after.objects[1]).toEqual({
      object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", labels: { team: "x" } } },
      location,
    });
    expect(joined.changes.map((change) => change.location)).toEqual([location]);
    expect(joined.after.resources.find(({ address }) => address === `${type}.a`)).toMatchObject({
      stack: "s",
      location,
      comment: { metadata: { path: "s/a" } },
    });
    expect(joined.suppressions.map(({ object }) => object?.name)).toEqual(["a", "gone", "other"]);
  });

  it("know that all instances of a block come from it, though their number was not known", () => {
    const each = { ...construct("s/each", "n-${each.key}"), for_each: "${aws_vpc.v.ids}" };
    const configuration = stack("s", { each });
    (configuration.resource as Record<string, JsonObject>).aws_vpc = { v: {} };
    const plan = planOf([{ type, name: "each", address: `${type}.each["x"]`, after: values("n-x") }]);
    const joined = readJoined([
      ["cdk.tf.json", configuration],
      ["plan.json", plan],
    ]);
    expect(names(joined.after)).toEqual(["n-x"]);
    expect(joined.after.objects[0]?.location.constructPath).toBe("s/each");
  });

  it("tell stacks with the same addresses apart by the names of files, and refuse to guess", () => {
    const stacks = ["dev", "prod"].map(
      (name) => [`cdktf.out/stacks/${name}/cdk.tf.json`, stack(name, { a: construct(`${name}/a`, `${name}-a`) })] as const,
    );
    const plan = planOf([{ type, name: "a", after: values("prod-a") }]);
    const joined = readJoined([...stacks, ["cdktf.out/stacks/prod/plan.json", plan]]);
    expect(joined.after.objects.map(({ object, location }) => [(object.metadata as JsonObject).name, location.constructPath])).toEqual([
      ["dev-a", "dev/a"],
      ["prod-a", "prod/a"],
    ]);
    const read = readInputs([...stacks, ["plan.json", plan] as const].map(([file, text]) => ({ file, text: JSON.stringify(text) })));
    const errors = joinInputs(read.value).problems.filter(({ severity }) => severity === "error");
    expect(errors.map(({ message }) => message)).toEqual([
      "`plan.json` is a plan that fits stacks `dev` and `prod` equally: keep it in a folder named after its stack, or give it without their configuration",
    ]);
  });

  it("take what a plan says over the state of the same configuration", () => {
    const resource = (name: string): JsonObject => ({
      address: `${type}.${name}`,
      mode: "managed",
      type,
      name,
      values: { ...values(name), id: name },
    });
    const state = { format_version: "1.0", values: { root_module: { resources: [resource("a"), resource("b")] } } };
    const joined = readJoined([
      ["state.json", state],
      ["plan.json", planOf([{ type, name: "a", actions: ["delete"], before: { ...values("a"), id: "a" } }])],
    ]);
    expect([names(joined.before), names(joined.after)]).toEqual([["b", "a"], ["b"]]);
    expect(joined.after.resources.map(({ address }) => address)).toEqual([`${type}.b`]);
  });

  it("keep one object from two sources twice, for the reader of objects to name both", () => {
    const joined = readJoined([
      ["plan.json", planOf([{ type, name: "a", after: values("a") }])],
      ["a.yaml", yaml("a")],
    ]);
    expect(toCluster(joined.after.objects).problems.map(({ message }) => message)).toEqual([
      "Namespace `a` is there twice: at `a.yaml:1:1` and at `plan.json` `kubernetes_namespace_v1.a`; keep one of them",
    ]);
  });

  it("say of each plan why it is not the whole story", () => {
    const joined = readJoined([
      ["a.json", planOf([{ type, after: values("a") }], { complete: false })],
      ["b.json", planOf([])],
    ]);
    expect(joined.incomplete).toEqual(["`a.json`: the plan covers a part of the configuration, as with `-target`"]);
  });

  it("say once what is opaque", () => {
    const configuration = { ...stack("s", {}), resource: { helm_release: { h: { name: "h", namespace: "mesh" } } } };
    const plan = planOf([{ type: "helm_release", name: "h", after: { name: "h", namespace: "mesh" } }]);
    const joined = readJoined([
      ["cdk.tf.json", configuration],
      ["plan.json", plan],
    ]);
    expect(joined.opaque.map(({ namespace, location }) => [namespace, location.file])).toEqual([["mesh", "plan.json"]]);
  });

  it("find the construct of every resource of a recorded plan that CDKTF made", () => {
    const fixture = (path: string): string => readFileSync(join(__dirname, "../fixtures", path), "utf8");
    const joined = readJoined([
      ["stacks/policies/cdk.tf.json", fixture("terraform/cdk.tf.json")],
      ["stacks/policies/plan.json", fixture("terraform-plans/plan-cdktf-create.json")],
    ]);
    const paths = joined.after.objects.map(({ location }) => `${location.file ?? ""} ${location.constructPath ?? ""}`);
    expect(paths).toContain("stacks/policies/plan.json policies/team-a/api-from-web");
    expect(paths.filter((path) => path.includes("cdk.tf.json"))).toEqual([]);
    expect(toCluster(joined.after.objects).problems.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

describe("what an input is called", () => {
  test.each([
    [["a.yaml"], "a.yaml"],
    [["k8s/a.yaml", "k8s/b/c.yaml"], "k8s/"],
    [["a.yaml", "b.yaml"], "2 files"],
    [["k8s/a/x.yaml", "k8s/ab/x.yaml"], "k8s/"],
  ])("%j is %s", (files, name) => {
    expect(readInputs(files.map((file, index) => ({ file, text: yaml(`n${String(index)}`) }))).value.map((input) => input.name)).toEqual([
      name,
    ]);
  });
});

describe("variables from the environment", () => {
  const policy = (cidr: string): JsonObject => ({
    metadata: { name: "p", namespace: "n" },
    spec: { pod_selector: {}, ingress: [{ from: [{ ip_block: { cidr } }] }] },
  });
  const read = (variable: JsonObject, variables: Readonly<Record<string, string>>, cidr = "${var.x}"): string =>
    JSON.stringify(
      readOne({ variable: { x: variable }, resource: { kubernetes_network_policy: { p: policy(cidr) } } }, "cdk.tf.json", { variables })
        .after.objects,
    );

  test.each<[string, JsonObject, string, string, string]>([
    ["win over defaults", { default: "10.0.0.0/8", type: "string" }, "192.0.2.0/24", "${var.x}", '"cidr":"192.0.2.0/24"'],
    ["need no type", {}, "192.0.2.0/24", "${var.x}", '"cidr":"192.0.2.0/24"'],
    ["are numbers where the variable is", { type: "number" }, "8", "10.0.0.0/${var.x}", '"cidr":"10.0.0.0/8"'],
    [
      "are expressions where the type is no simple one",
      { type: "list(string)" },
      '["192.0.2.0/24"]',
      "${var.x[0]}",
      '"cidr":"192.0.2.0/24"',
    ],
    [
      "are not known where the expression is more than a value",
      { type: "list(string)" },
      '[for a in "b": a]',
      "${var.x[0]}",
      '"unknown":true',
    ],
  ])("%s", (_, variable, value, cidr, expected) => {
    expect(read(variable, { x: value, other: "y" }, cidr)).toContain(expected);
  });

  it("are not needed", () => {
    expect(read({ default: "10.0.0.0/8" }, {})).toContain('"cidr":"10.0.0.0/8"');
  });
});

describe("resources that lead traffic into a cluster", () => {
  it("are objects as Kubernetes writes them", () => {
    const path = { path: "/", path_type: "Prefix", backend: [{ service: [{ name: "web", port: [{ number: 80, name: "" }] }] }] };
    const plan = {
      ...planOf([]),
      resource_changes: [
        plannedChange({
          type: "kubernetes_ingress_v1",
          after: {
            metadata: [{ name: "i", namespace: "shop" }],
            spec: [{ ingress_class_name: "alb", default_backend: [], rule: [{ host: "a.example", http: [{ path: [path] }] }] }],
          },
        }),
        plannedChange({
          type: "kubernetes_ingress",
          after: { metadata: [{ name: "old" }], spec: [{ backend: [{ service_name: "web", service_port: "http" }] }] },
        }),
        plannedChange({
          type: "kubernetes_endpoints_v1",
          after: { metadata: [{ name: "e" }], subset: [{ address: [{ ip: "10.0.0.1" }], port: [{ port: 80, protocol: "TCP" }] }] },
        }),
        plannedChange({
          type: "kubernetes_endpoint_slice_v1",
          after: {
            metadata: [{ name: "s" }],
            address_type: "IPv4",
            endpoint: [{ addresses: ["10.0.0.1"] }],
            port: [{ port: "80", protocol: "TCP" }],
          },
        }),
      ],
    };
    const { after } = readOne(plan);
    expect(after.objects.map(({ object: { apiVersion: _version, metadata: _metadata, ...rest } }) => rest)).toEqual([
      {
        kind: "Ingress",
        spec: {
          ingressClassName: "alb",
          rules: [
            {
              host: "a.example",
              http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] },
            },
          ],
        },
      },
      { kind: "Ingress", spec: { defaultBackend: { service: { name: "web", port: { name: "http" } } } } },
      { kind: "Endpoints", subsets: [{ addresses: [{ ip: "10.0.0.1" }], ports: [{ port: 80, protocol: "TCP" }] }] },
      { kind: "EndpointSlice", addressType: "IPv4", endpoints: [{ addresses: ["10.0.0.1"] }], ports: [{ port: 80, protocol: "TCP" }] },
    ]);
    expect(toCluster(after.objects).problems).toEqual([]);
  });
});

describe("modules that a configuration calls", () => {
  const stack = (name: string): JsonObject => ({
    "//": { metadata: { stackName: name } },
    module: { net: { source: "./net" } },
    resource: { kubernetes_namespace_v1: { [name]: { metadata: { name } } } },
  });
  const configuration = (name: string): readonly [string, JsonObject] => [`cdktf.out/stacks/${name}/cdk.tf.json`, stack(name)];

  it("are opaque, as nothing shows what they make", () => {
    expect(readJoined([configuration("shop")]).opaque).toEqual([
      {
        location: { file: "cdktf.out/stacks/shop/cdk.tf.json", pointer: "/module/net", address: "module.net" },
        because: "`module.net`: the resources of a module are in a plan, and not in the configuration that calls it",
      },
    ]);
  });

  it("are read in the plan of their stack, and stay opaque in the others", () => {
    const plan = planOf([{ type: "kubernetes_namespace_v1", name: "shop", after: { metadata: [{ name: "shop" }] } }]);
    const { opaque } = readJoined([configuration("shop"), configuration("mesh"), ["shop.json", plan]]);
    expect(opaque.map(({ location }) => location.file)).toEqual(["cdktf.out/stacks/mesh/cdk.tf.json"]);
  });
});
