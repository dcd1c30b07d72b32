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

  const anything = unknown("`manifest` of `kubernetes_manifest.x` is known only after apply, and may be a policy");
  const source = unknown("`manifest` of `kubernetes_manifest.x`");
  const maybe = (metadata: JsonObject): Json => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: source, namespace: source, ...metadata },
    spec: anything,
  });

  it("counts as a policy that may say anything when it is not known what it is", () => {
    const problems = [
      "warning: `kubernetes_manifest.x` has a `manifest` that is known only after apply, so it counts as a policy that may say anything: pass a plan or the manifest itself",
    ];
    expect(read("kubernetes_manifest", { manifest: later })).toEqual({ objects: [maybe({})], problems });
    expect(read("kubernetes_manifest", { manifest: { kind: later } })).toEqual({ objects: [maybe({})], problems });
    const metadata = { name: "p", namespace: "shop" };
    expect(read("kubernetes_manifest", { manifest: { apiVersion: later, kind: "NetworkPolicy", metadata } })).toEqual({
      objects: [maybe(metadata)],
      problems,
    });
    expect(read("kubernetes_manifest", { manifest: { kind: later, metadata: { name: "p" } } }).objects).toEqual([
      maybe({ name: "p", namespace: "default" }),
    ]);
  });

  it("is left out with a warning when only its group is not known, and its kind rules a policy out", () => {
    expect(read("kubernetes_manifest", { manifest: { apiVersion: later, kind: "ConfigMap" } })).toEqual({
      objects: [],
      problems: [
        "warning: `kubernetes_manifest.x` has a `manifest` that is known only after apply, so its object is left out: pass a plan or the manifest itself",
      ],
    });
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

  it("is read as kubectl reads it: merge keys are merged, and a leading zero makes an octal number", () => {
    const yaml_body =
      "x: &from {from: [{podSelector: {}}]}\nkind: NetworkPolicy\nspec: {ingress: [{<<: *from, ports: [{port: 0120}]}]}\n---\nkind: Pod\n";
    expect(read("kubectl_manifest", { yaml_body }).objects).toMatchObject([
      { spec: { ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] } },
      { kind: "Pod" },
    ]);
  });

  it("puts the objects of a list into the namespace that overrides theirs, and leaves alone what belongs to none", () => {
    const pods = { apiVersion: "v1", kind: "PodList", items: [{ metadata: { name: "p", namespace: "a" } }] };
    const yaml_body = JSON.stringify({
      kind: "List",
      apiVersion: "v1",
      items: [pods, { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } }],
    });
    const [list] = read("kubectl_manifest", { yaml_body, override_namespace: "b" }).objects as readonly JsonObject[];
    expect(list?.items).toEqual([
      { ...pods, items: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "b" } }] },
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } },
    ]);
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

  it("counts as a policy that may say anything when it is not known", () => {
    expect(read("kubectl_manifest", { yaml_body: later, override_namespace: "shop" })).toMatchObject({
      objects: [{ kind: "NetworkPolicy", metadata: { namespace: "shop", name: { unknown: true } }, spec: { unknown: true } }],
      problems: [
        "warning: `kubectl_manifest.x` has a `yaml_body` that is known only after apply, so it counts as a policy that may say anything: pass a plan or the manifest itself",
      ],
    });
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
    expect(read("helm_release", { manifest })).toEqual({
      objects: [{ kind: "Pod", metadata: { name: "p", namespace: "default" } }],
      problems: [],
    });
    expect(read("helm_release", { manifest: "{" }).problems).toEqual([
      "error: `helm_release.x` has a `manifest` that is not a JSON object: write the plan again",
    ]);
  });
});

describe("objects of a release that name no namespace", () => {
  const rendered = (...objects: readonly JsonObject[]): string =>
    JSON.stringify(Object.fromEntries(objects.map((object, n) => [`a/b/${n}`, object])));
  const policy = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p" } };

  it("are in the namespace of the release", () => {
    const own = { ...policy, metadata: { name: "q", namespace: "own" } };
    expect(read("helm_release", { namespace: "back", manifest: rendered(policy, own) }).objects).toEqual([
      { ...policy, metadata: { name: "p", namespace: "back" } },
      own,
    ]);
  });

  it("are in one that is not known when that of the release is not", () => {
    expect(read("helm_release", { namespace: later, manifest: rendered(policy) }).objects).toEqual([
      { ...policy, metadata: { name: "p", namespace: later } },
    ]);
  });

  it("stay without one when their kind belongs to no namespace", () => {
    const objects = [
      ["v1", "Namespace"],
      ["policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"],
      ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
      ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"],
    ].map(([apiVersion = "", kind = ""]) => ({ apiVersion, kind, metadata: { name: "n" } }));
    expect(read("helm_release", { namespace: "back", manifest: rendered(...objects) }).objects).toEqual(objects);
  });
});

describe("a document of a resource that may not exist", () => {
  const uncertain = unknown("`count` is not known");
  const shown = (manifest: JsonObject): readonly Json[] => [
    ...resourceToObjects({ ...resource("kubernetes_manifest", { manifest }), uncertain }).value.map(({ object }) => object),
    ...resourceToObjects({ ...resource("kubectl_manifest", { yaml_body: JSON.stringify(manifest) }), uncertain }).value.map(
      ({ object }) => object,
    ),
  ];

  test.each([
    ["networking.k8s.io/v1", "NetworkPolicy", "podSelector"],
    ["networking.k8s.aws/v1alpha1", "ApplicationNetworkPolicy", "podSelector"],
    ["networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy", "subject"],
    ["policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", "subject"],
    ["policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "subject"],
    ["policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", "subject"],
    ["apps/v1", "Deployment", "replicas"],
    ["apps/v1", "StatefulSet", "replicas"],
    ["v1", "ReplicationController", "replicas"],
  ])("is of %s %s with a %s that is not known", (apiVersion, kind, field) => {
    const object = { apiVersion, kind, metadata: { name: "x" }, spec: { [field]: {}, other: 1 } };
    const unsure = { ...object, spec: { [field]: uncertain, other: 1 } };
    expect(shown(object)).toEqual([unsure, unsure]);
  });

  it("is the same policy that a typed resource is", () => {
    const metadata = { name: "deny", namespace: "back" };
    const spec = { pod_selector: { match_labels: { app: "api" } }, policy_types: ["Ingress"] };
    const typed = resourceToObjects({ ...resource("kubernetes_network_policy_v1", { metadata, spec }), uncertain }).value;
    const manifest = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata,
      spec: { podSelector: { matchLabels: { app: "api" } }, policyTypes: ["Ingress"] },
    };
    const [fromTyped] = typed.map(({ object }) => object);
    expect(shown(manifest)).toEqual([fromTyped, fromTyped]);
  });

  it("is what it says where nothing hangs on its existence", () => {
    const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } };
    expect(shown(object)).toEqual([object, object]);
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
