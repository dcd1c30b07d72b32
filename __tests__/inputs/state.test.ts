import { type JsonObject } from "../../inputs";
import { faultsOf, objectsOn, readOne } from "./read-one";

const namespace = { metadata: [{ name: "shop", labels: { team: "a" }, generate_name: "", annotations: null }], id: "shop" };
const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "a" } } };

describe("a state that `terraform show -json` prints", () => {
  it("is what is deployed, and has no before", () => {
    const resource = {
      address: "kubernetes_namespace_v1.n",
      mode: "managed",
      type: "kubernetes_namespace_v1",
      name: "n",
      values: namespace,
      depends_on: ["aws_eks_cluster.c"],
    };
    const input = readOne(
      { format_version: "1.0", terraform_version: "1.11.4", values: { root_module: { resources: [resource] } } },
      "state.json",
    );
    expect([input.kind, input.before, objectsOn(input, "after")]).toEqual(["state", undefined, [object]]);
    expect(input.after.objects[0]?.location).toEqual({
      address: "kubernetes_namespace_v1.n",
      file: "state.json",
      pointer: "/values/root_module/resources/0",
    });
    expect(input.after.resources[0]?.dependsOn).toEqual(["aws_eks_cluster.c"]);
  });

  it("may be empty", () => {
    expect(readOne({ format_version: "1.0" })).toMatchObject({ kind: "state", after: { objects: [], resources: [] } });
  });

  it("is refused in a format that is not known", () => {
    expect(faultsOf('{"format_version": "2.1", "values": {"root_module": {}}}', "state.json")).toEqual([
      "error: `state.json` is a state of format `2.1`, and formats 0.x and 1.x are read: write it with `terraform show -json` of Terraform 0.12 or later, or update this tool",
    ]);
  });
});

describe("a state file", () => {
  const state = (resources: readonly JsonObject[], version = 4): JsonObject => ({
    version,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "x",
    resources,
  });
  const resource = (over: JsonObject, ...instances: JsonObject[]): JsonObject => ({
    mode: "managed",
    type: "kubernetes_namespace_v1",
    name: "n",
    instances,
    ...over,
  });

  it("is read instance by instance, with the addresses that plans use", () => {
    const input = readOne(
      state([
        resource({}, { attributes: namespace, dependencies: ["aws_vpc.v"] }),
        resource(
          { name: "each", module: 'module.m["x"]' },
          { index_key: "a", attributes: namespace },
          { index_key: 0, attributes: namespace },
        ),
        resource({ name: "old" }, { attributes: namespace, deposed: "00" }),
        resource({ mode: "data", name: "d" }, { attributes: namespace }),
      ]),
      "terraform.tfstate",
    );
    expect(input.after.resources.map(({ address, mode, dependsOn }) => [address, mode, dependsOn])).toEqual([
      ["kubernetes_namespace_v1.n", "managed", ["aws_vpc.v"]],
      ['module.m["x"].kubernetes_namespace_v1.each["a"]', "managed", []],
      ['module.m["x"].kubernetes_namespace_v1.each[0]', "managed", []],
      ["data.kubernetes_namespace_v1.d", "data", []],
    ]);
    expect(objectsOn(input, "after")).toEqual([object, object, object]);
    expect(input.after.objects[1]?.location.pointer).toBe("/resources/1/instances/0");
  });

  it("keeps manifests beside their type", () => {
    const manifest = { type: ["object", { kind: "string" }], value: object };
    const input = readOne(state([resource({ type: "kubernetes_manifest" }, { attributes: { manifest, object: manifest } })]));
    expect(objectsOn(input, "after")).toEqual([object]);
  });

  it("does not let out what is marked sensitive, or is called so", () => {
    const attributes = { id: "x", data: { a: "hunter2" }, master_password: "hunter2" };
    const sensitive_attributes = [
      [
        { type: "get_attr", value: "data" },
        { type: "index", value: "a" },
      ],
    ];
    const input = readOne(state([resource({ type: "aws_thing" }, { attributes, sensitive_attributes })]));
    expect(JSON.stringify(input)).not.toContain("hunter2");
    expect(input.after.resources[0]?.values).toMatchObject({ id: "x", data: { a: { unknown: true } } });
  });

  it("is refused in a version that is not known", () => {
    expect(faultsOf(JSON.stringify(state([], 3)), "terraform.tfstate")).toEqual([
      "error: `terraform.tfstate` is a state file of version 3, and version 4 is read: pass what `terraform show -json` prints",
    ]);
  });
});
