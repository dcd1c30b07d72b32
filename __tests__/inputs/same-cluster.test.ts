/** The same objects mean the same cluster, whatever they are written in. */
import fc from "fast-check";
import { stringify } from "yaml";
import { type Cluster, isUnknown } from "../../engine/model";
import { joinInputs, type JsonObject, readInputs, toCluster } from "../../inputs";
import { anyPick, type Pick } from "../arbitraries/terraform-shape";
import { check } from "../property-runs";
import { plannedChange, planOf } from "./read-one";
import { anyWritableCluster, objectsOf, resourcesOf, type WrittenResource } from "./written-cluster";

/** What `terraform show` prints of a state leaves out the provider configurations, and is said to. */
const saysNoProvider = "`state.json` does not say by which provider configuration";

/** A cluster without the places its parts come from, in one order. */
function bare(text: string, file: string, side: "before" | "after" = "after"): unknown {
  const read = readInputs([{ file, text }]);
  const joined = joinInputs(read.value);
  const { value, problems } = toCluster(joined.value[side]?.objects ?? []);
  const messages = [...read.problems, ...joined.problems, ...problems].map(({ message }) => message);
  expect(messages.filter((message) => !message.startsWith(saysNoProvider))).toEqual([]);
  const cluster = JSON.parse(
    JSON.stringify(value, (key, each: unknown) => (key === "location" || isUnknown(each) ? undefined : each)),
  ) as Cluster;
  return cluster;
}

type Writer = (cluster: Cluster, pick: Pick) => readonly [text: string, file: string, side?: "before" | "after"];

const values = (resources: readonly WrittenResource[], write: (resource: WrittenResource) => JsonObject): readonly JsonObject[] =>
  resources.map(write);
const stateOf = (resources: readonly WrittenResource[]): JsonObject => ({
  root_module: {
    resources: values(resources, ({ type, name, values: written }) => ({
      address: `${type}.${name}`,
      mode: "managed",
      type,
      name,
      values: written,
    })),
  },
});
const changes = (resources: readonly WrittenResource[], actions: readonly string[]): readonly JsonObject[] =>
  values(resources, ({ type, name, values: written }) =>
    plannedChange({
      type,
      name,
      actions,
      before: actions[0] === "create" ? null : written,
      after: actions[0] === "delete" ? null : written,
    }),
  );
const planWith = (list: readonly JsonObject[]): JsonObject => ({ ...planOf([]), resource_changes: list });

const writers: Readonly<Record<string, Writer>> = {
  "JSON as kubectl prints it": (cluster) => [JSON.stringify({ apiVersion: "v1", kind: "List", items: objectsOf(cluster) }, null, 2), "-"],
  "a synthesized stack": (cluster, pick) => {
    const resource: Record<string, Record<string, JsonObject>> = {};
    for (const { type, name, values: written } of resourcesOf(cluster, pick)) resource[type] = { ...resource[type], [name]: written };
    return [JSON.stringify({ resource }), "cdk.tf.json"];
  },
  "a plan that creates everything": (cluster, pick) => [
    JSON.stringify(planWith(changes(resourcesOf(cluster, pick), ["create"]))),
    "plan.json",
  ],
  "a plan that changes nothing": (cluster, pick) => [JSON.stringify(planWith(changes(resourcesOf(cluster, pick), ["no-op"]))), "plan.json"],
  "what is there before everything is destroyed": (cluster, pick) => [
    JSON.stringify(planWith(changes(resourcesOf(cluster, pick), ["delete"]))),
    "plan.json",
    "before",
  ],
  "the state a plan left out": (cluster, pick) => [
    JSON.stringify({ ...planOf([]), complete: false, prior_state: { values: stateOf(resourcesOf(cluster, pick)) } }),
    "plan.json",
    "before",
  ],
  "a state": (cluster, pick) => [JSON.stringify({ format_version: "1.0", values: stateOf(resourcesOf(cluster, pick)) }), "state.json"],
  "a state file": (cluster, pick) => [
    JSON.stringify({
      version: 4,
      lineage: "x",
      resources: values(resourcesOf(cluster, pick), ({ type, name, values: attributes }) => ({
        mode: "managed",
        type,
        name,
        provider: 'provider["registry.terraform.io/hashicorp/kubernetes"]',
        instances: [{ attributes }],
      })),
    }),
    "terraform.tfstate",
  ],
  manifests: (cluster) => [
    JSON.stringify(
      planWith(
        objectsOf(cluster).map((manifest, index) =>
          plannedChange({ type: "kubernetes_manifest", name: `m${String(index)}`, after: { manifest } }),
        ),
      ),
    ),
    "plan.json",
  ],
  "manifests of kubectl": (cluster) => [
    JSON.stringify(
      planWith(
        objectsOf(cluster).map((each, index) =>
          plannedChange({ type: "kubectl_manifest", name: `m${String(index)}`, after: { yaml_body: stringify(each) } }),
        ),
      ),
    ),
    "plan.json",
  ],
};

/** Stacks list their resources by type, so that the order of a cluster is no part of what it means. */
const sorted = (cluster: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(cluster as Record<string, unknown>).map(([name, value]) => [
      name,
      Array.isArray(value) ? [...(value as readonly unknown[])].map((each) => JSON.stringify(each)).sort() : value,
    ]),
  );

test("every way to write a cluster says the same as YAML", () => {
  const property = fc.property(anyWritableCluster, anyPick, (cluster, pick) => {
    const yaml = objectsOf(cluster)
      .map((each) => stringify(each))
      .join("---\n");
    const expected = sorted(bare(yaml, "objects.yaml"));
    for (const [way, write] of Object.entries(writers))
      expect({ way, ...sorted(bare(...write(cluster, pick()))) }).toEqual({ way, ...expected });
  });
  check("the same cluster in every format", 15, property);
});
