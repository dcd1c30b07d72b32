import type { JsonObject } from "../../inputs";
import { faultsOf, objectsOn, readOne } from "./read-one";

const named = (name: string, kind = "Namespace"): JsonObject => ({ apiVersion: "v1", kind, metadata: { name } });

describe("manifests that are not all there is, or not what is applied", () => {
  const list = (metadata: JsonObject, items: readonly JsonObject[] = [named("a")]): JsonObject => ({
    apiVersion: "v1",
    kind: "NamespaceList",
    metadata,
    items,
  });
  const page = "`in.json` holds one page of a `NamespaceList`";
  const wayOut = ": pass all of it, as `kubectl get -o json` prints it";

  test.each<[JsonObject, string]>([
    [list({ continue: "abc" }), `${page}${wayOut}`],
    [list({ continue: "abc", remainingItemCount: 1 }), `${page}, and 1 object is on other pages${wayOut}`],
    [list({ remainingItemCount: 7 }), `${page}, and 7 objects are on other pages${wayOut}`],
    [{ apiVersion: "v1", kind: "List", items: [list({ continue: "abc" })] }, `${page}${wayOut}`],
  ])("a list that is cut off is incomplete: %j", (document, reason) => {
    expect(readOne(document, "in.json").incomplete).toEqual([reason]);
    expect(readOne(JSON.stringify([document]), "in.json").incomplete).toEqual([reason]);
    expect(readOne(`---\n${JSON.stringify(document)}\n`, "in.yaml").incomplete).toEqual([reason.replace("in.json", "in.yaml")]);
  });

  test.each<[JsonObject]>([[{}], [{ continue: "", resourceVersion: "" }], [{ remainingItemCount: 0 }]])(
    "a list that is whole is complete: %j",
    (metadata) => {
      expect(readOne(list(metadata)).incomplete).toEqual([]);
      expect(objectsOn(readOne(list(metadata)), "after")).toEqual([named("a")]);
    },
  );

  const kustomization = (text: string, file = "base/kustomization.yaml"): readonly string[] => readOne(text, file).incomplete;

  test.each([
    ["namespace: shop\nnamePrefix: x-\n", "`namespace`, `namePrefix`"],
    ["patches: [{path: p.yaml}]\n", "`patches`"],
    ["resources: [../base]\n", "`resources`"],
    ["resources: [a.yaml, 'https://example.org/x?ref=v1']\n", "`resources`"],
    ["resources: [github.com/a/b]\n", "`resources`"],
  ])("a kustomization that changes something is said not to be applied: %j", (text, fields) => {
    const reason = (file: string): string =>
      `\`${file}\` is not applied, though its ${fields} may change what is there: pass what \`kustomize build\` prints`;
    expect(kustomization(text)).toEqual([reason("base/kustomization.yaml")]);
    const declared = `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;
    expect(kustomization(declared, "k.yaml")).toEqual([reason("k.yaml")]);
    expect(objectsOn(readOne(declared, "k.yaml"), "after")).toEqual([]);
  });

  it("is a note where a kustomization only lists the files beside it", () => {
    const text = "resources: [a.yaml, sub/b.yaml]\nimages: [{name: nginx, newTag: '1'}]\npatches: []\n";
    expect(kustomization(text)).toEqual([]);
    expect(faultsOf(text, "kustomization.yaml")).toEqual([
      "note: `kustomization.yaml` is not applied: every manifest beside it is read, whether it is listed there or not",
    ]);
  });

  it("is none of kustomize's that only is called so", () => {
    const flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: {path: x}\n";
    expect(objectsOn(readOne(flux, "kustomization.yaml"), "after")).toMatchObject([{ kind: "Kustomization" }]);
    expect(readOne(flux, "kustomization.yaml").incomplete).toEqual([]);
  });

  it("says nothing about the words of a document that is no Kubernetes object", () => {
    expect(faultsOf("enabled: yes\nport: 010\n", "values.yaml")).toEqual([
      "note: `values.yaml` holds a document that is no Kubernetes object, without `apiVersion` and `kind`, and not read",
    ]);
  });
});
