/** Inputs whose objects are sent to several clusters, for the tests of what is read of them. */
import { joinInputs, type JoinedInput, type JsonObject, type Problem, type Read, readInputs } from "../../inputs";

/** A file and what it holds. */
export type File = readonly [file: string, text: JsonObject];

/** Inputs taken together, with the provider configurations that are chosen. */
export const read = (files: readonly File[], ...providers: readonly string[]): Read<JoinedInput> => {
  const { value, problems } = readInputs(files.map(([file, root]) => ({ file, text: JSON.stringify(root) })));
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return joinInputs(value, providers.length === 0 ? {} : { providers });
};
const messages = (problems: readonly Problem[], wanted: Problem["severity"]): readonly string[] =>
  problems.filter(({ severity }) => severity === wanted).map(({ message }) => message);
export const errorsOf = (...parameters: Parameters<typeof read>): readonly string[] => messages(read(...parameters).problems, "error");
export const notesOf = (...parameters: Parameters<typeof read>): readonly string[] => messages(read(...parameters).problems, "note");
export const namesOf = (...parameters: Parameters<typeof read>): readonly unknown[] =>
  read(...parameters).value.after.objects.map(({ object }) => (object.metadata as JsonObject).name);
/** What is said of an input of two clusters. */
export const severalClusters: unknown = expect.stringMatching(/^the input holds objects of 2 clusters/);

const namespace = (name: string, provider?: string): JsonObject => ({
  metadata: { name },
  ...(provider === undefined ? {} : { provider }),
});

/** A synthesized stack with namespaces, by name; the value is the provider that is written, if any. */
export function stack(
  name: string,
  provider: JsonObject,
  namespaces: Readonly<Record<string, string | undefined>>,
  more: JsonObject = {},
): File {
  const entries = Object.entries(namespaces).map(([each, written]) => [each, namespace(each, written)]);
  const { resource = {}, ...rest } = more;
  return [
    `cdktf.out/stacks/${name}/cdk.tf.json`,
    {
      "//": { metadata: { stackName: name, version: "0.21.0" } },
      terraform: {},
      provider,
      resource: { ...(resource as JsonObject), kubernetes_namespace_v1: Object.fromEntries(entries) as JsonObject },
      ...rest,
    },
  ];
}

/** A configuration of a plan's provider, with expressions as Terraform shows them. */
export const shown = (expressions: JsonObject, more: JsonObject = {}): JsonObject => ({
  full_name: "registry.terraform.io/hashicorp/kubernetes",
  expressions,
  ...more,
});
/** An expression that a plan shows whole. */
export const constant = (value: string): JsonObject => ({ constant_value: value });
/** An expression of which a plan shows the references. */
export const referring = (...references: readonly string[]): JsonObject => ({ references });

/** A plan that creates namespaces; the value is the key of the configuration each uses. */
export function plan(file: string, provider_config: JsonObject, namespaces: Readonly<Record<string, string>>, more: JsonObject = {}): File {
  const type = "kubernetes_namespace_v1";
  const { root_module = {}, ...rest } = more;
  return [
    file,
    {
      format_version: "1.2",
      complete: true,
      planned_values: {},
      resource_changes: Object.keys(namespaces).map((name) => ({
        address: `${type}.${name}`,
        mode: "managed",
        type,
        name,
        change: { actions: ["create"], before: null, after: { metadata: [{ name }] }, after_unknown: {} },
      })),
      configuration: {
        provider_config,
        root_module: {
          resources: Object.entries(namespaces).map(([name, provider_config_key]) => ({
            ...{ address: `${type}.${name}`, mode: "managed", type, name },
            ...{ provider_config_key, expressions: {} },
          })),
          ...(root_module as JsonObject),
        },
      },
      ...rest,
    },
  ];
}
