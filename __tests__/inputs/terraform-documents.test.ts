import { unknown } from "../../engine/model";
import type { Json, JsonObject } from "../../inputs/objects";
import { resourcesToObjects, resourceToObjects, type TerraformResource } from "../../inputs/terraform";

const later = unknown("known only after apply");
const resource = (type: string, values: JsonObject): TerraformResource => ({ type, address: `${type}.x`, values });
const read = (type: string, values: JsonObject): { objects: Json; problems: Json } => {
  const { value, problems } = resourceToObjects(resource(type, values));
  return { objects: value.map(({ object }) => object), problems: problems.map(({ severity, message }) => `${severity}: ${message}`) };
};

describe("kubernetes_manifest", () => {
  it("is the object as written, without what is null", () => {
    const manifest = {
      kind: "NetworkPolicy",
      spec: {
        podSelector: {},
        ingress: [{ from: [{ podSelector: null, ipBlock: { cidr: "::/0" } }], ports: [{ port: 80 }, { port: "http" }] }],
      },
    };
    expect(read("kubernetes_manifest", { manifest, object: later })).toEqual({
      objects: [
        {
          kind: "NetworkPolicy",
          spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "::/0" } }], ports: [{ port: 80 }, { port: "http" }] }] },
        },
      ],
      problems: [],
    });
  });

  it("is left out with a warning when it is not known what it is", () => {
    const problems = [
      "warning: `kubernetes_manifest.x` has a `manifest` that is known only after apply, so its object is left out: pass a plan or the manifest itself",
    ];
    expect(read("kubernetes_manifest", { manifest: later })).toEqual({ objects: [], problems });
    expect(read("kubernetes_manifest", { manifest: { kind: later } })).toEqual({ objects: [], problems });
  });

  it("is refused without an object", () => {
    expect(read("kubernetes_manifest", { manifest: "kind: Pod" })).toEqual({
      objects: [],
      problems: ["error: `kubernetes_manifest.x` has no `manifest` object: write the Kubernetes object there"],
    });
  });
});

describe("kubectl_manifest", () => {
  it("is parsed as YAML, into the namespace that overrides its own", () => {
    const yaml_body = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: a, labels: {on: yes}}\n";
    expect(read("kubectl_manifest", { yaml_body, override_namespace: "b" })).toEqual({
      objects: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "b", labels: { on: "yes" } } }],
      problems: [],
    });
    expect(read("kubectl_manifest", { yaml_body, override_namespace: "" }).objects).toMatchObject([{ metadata: { namespace: "a" } }]);
  });

  it("is refused by place and never by content when it is not YAML, because it may be secret", () => {
    expect(read("kubectl_manifest", { yaml_body: "kind: Secret\ndata: {password: hunter2" })).toEqual({
      objects: [],
      problems: ["error: `kubectl_manifest.x` has a `yaml_body` that is not YAML at its line 2, column 25: correct it there"],
    });
  });

  test.each([["just text"], ["- a\n- b"], [bomb()]])("is refused when it is not one object", (yaml_body) => {
    expect(read("kubectl_manifest", { yaml_body })).toEqual({
      objects: [],
      problems: ["error: `kubectl_manifest.x` has a `yaml_body` that is not one Kubernetes object: write a mapping with `kind` in it"],
    });
  });

  it("is left out with a warning when it is not known", () => {
    expect(read("kubectl_manifest", { yaml_body: later }).problems).toEqual([
      "warning: `kubectl_manifest.x` has a `yaml_body` that is known only after apply, so its object is left out: pass a plan or the manifest itself",
    ]);
    expect(read("kubectl_manifest", {}).problems).toEqual([
      "error: `kubectl_manifest.x` has no `yaml_body` text: write the manifest there",
    ]);
  });
});

/** Ten aliases of ten aliases, and so on: a billion strings in four hundred characters. */
function bomb(): string {
  const lines = Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(", ")}]`);
  return ["a0: &a0 x", ...lines].join("\n");
}

describe("helm_release", () => {
  it("is a note when its chart is not rendered", () => {
    expect(read("helm_release", { namespace: "mesh" })).toEqual({
      objects: [],
      problems: [
        "note: `helm_release.x` installs a chart into namespace `mesh` whose objects are not in this input: add the output of `helm template` to see them",
      ],
    });
    expect(read("helm_release", { namespace: null, manifest: later }).problems).toEqual([
      "note: `helm_release.x` installs a chart into namespace `default` whose objects are not in this input: add the output of `helm template` to see them",
    ]);
  });

  it("is its objects when the provider rendered them", () => {
    const manifest = JSON.stringify({ "mesh/Pod/v1/p": { kind: "Pod", metadata: { name: "p" } }, x: 1 });
    expect(read("helm_release", { manifest })).toEqual({ objects: [{ kind: "Pod", metadata: { name: "p" } }], problems: [] });
    expect(read("helm_release", { manifest: "{" }).problems).toEqual([
      "error: `helm_release.x` has a `manifest` that is not a JSON object: write the plan again",
    ]);
  });
});

describe("kubernetes_labels", () => {
  const shop = resource("kubernetes_namespace", { metadata: { name: "shop", labels: { team: "a", tier: "1" } } });
  const patch = (name: Json, labels: Json, kind: Json = "Namespace"): TerraformResource =>
    resource("kubernetes_labels", { api_version: "v1", kind, metadata: [{ name }], labels });
  const labelsAfter = (...resources: TerraformResource[]): Json =>
    resourcesToObjects(resources).value.map(
      ({ object }) => [object.kind, (object.metadata as JsonObject).name, (object.metadata as JsonObject).labels] as Json,
    );

  it("changes the labels of the object it names", () => {
    expect(labelsAfter(patch("shop", { tier: "2", zone: "x" }), shop)).toEqual([
      ["Namespace", "shop", { team: "a", tier: "2", zone: "x" }],
    ]);
  });

  it("leaves other objects alone", () => {
    const pod = resource("kubernetes_pod", { metadata: { name: "shop", namespace: "b", labels: { app: "x" } } });
    expect(labelsAfter(shop, pod, patch("shop", { app: "y" }, "Pod"))).toEqual([
      ["Namespace", "shop", { team: "a", tier: "1" }],
      ["Pod", "shop", { app: "x" }],
    ]);
  });

  it("makes labels unknown when what it changes is", () => {
    const changed = unknown("`kubernetes_labels.x` changes these labels, and how is known only after apply");
    expect(labelsAfter(shop, patch(later, { tier: "2" }))).toEqual([["Namespace", "shop", changed]]);
    expect(labelsAfter(shop, patch("shop", later))).toEqual([["Namespace", "shop", changed]]);
    expect(labelsAfter(shop, { ...patch("shop", { a: "b" }), uncertain: later })).toEqual([["Namespace", "shop", changed]]);
  });

  it("shows a namespace that is not declared, without claiming to know all its labels", () => {
    const others = unknown("`kubernetes_labels.x` adds labels to an object that this input does not hold");
    expect(labelsAfter(shop, patch("kube-system", { purpose: "dns" }))).toEqual([
      ["Namespace", "shop", { team: "a", tier: "1" }],
      ["Namespace", "kube-system", others],
    ]);
    expect(labelsAfter(patch("api", { a: "b" }, "Deployment"))).toEqual([]);
  });
});
