/** What Terraform has deployed: `terraform show -json` without a plan, or a state file as `terraform state pull` gives it. */
import type { Input } from "./input";
import type { Json, JsonObject, Problem, Read } from "./objects";
import { formatFault } from "./plan/coverage";
import { sensitivePaths } from "./plan/sensitive-paths";
import { stateResources, type StateResource } from "./plan/state-values";
import { blockAddress, objectIn, objectsIn, textIn, textsIn } from "./plan/terraform-json";
import { providersOf, snapshotOf, type SourceResource } from "./snapshot";
import { annotatedSuppressions } from "./suppressions";
import { field, isObject } from "./terraform/blocks";
import { isClusterProvider, type ProviderConfiguration } from "./terraform/provider";

/** Reads a state in either form. */
export function readState(file: string, root: JsonObject): Read<Input | undefined> {
  const fault = isRawState(root) ? versionFault(file, root) : formatFault(file, root, "state");
  if (fault !== undefined) return { value: undefined, problems: [fault] };
  const resources = isRawState(root) ? rawResources(root) : stateResources(objectIn(root, "values"), "/values");
  const providerOf = namedProviders(file);
  const sources = resources.map(({ sensitive, providerAddress, ...resource }): SourceResource => {
    const provider = providerAddress === undefined ? undefined : providerOf(providerAddress);
    return { ...resource, file, references: [], sensitive: sensitive ?? false, ...(provider === undefined ? {} : { provider }) };
  });
  const { snapshot, opaque, problems } = snapshotOf(sources);
  const input: Input = {
    kind: "state",
    name: file,
    after: snapshot,
    changes: [],
    drift: [],
    incomplete: [],
    opaque,
    suppressions: annotatedSuppressions(snapshot.objects),
    declares: new Set(resources.map(({ address }) => blockAddress(address))),
    providers: providersOf(sources),
  };
  return { value: input, problems };
}

/** The configurations that a state file names, such as `module.shop.provider["registry.terraform.io/hashicorp/kubernetes"].staging`. */
function namedProviders(source: string): (address: string) => ProviderConfiguration | undefined {
  const read = new Map<string, ProviderConfiguration>();
  return (address) => {
    const parts = /^(?:(.+)\.)?provider(?:\["([^"]+)"\]|\.([\w-]+))(?:\.([\w-]+))?/.exec(address);
    const type = parts?.[2]?.replace(/^.*\//s, "") ?? parts?.[3];
    if (type === undefined || !isClusterProvider(type)) return undefined;
    const [module, alias] = [parts?.[1], parts?.[4]];
    const name = `${module === undefined ? "" : `${module}:`}${type}${alias === undefined ? "" : `.${alias}`}`;
    const found = read.get(name) ?? { name, source, server: { kind: "unsaid" }, target: { name } };
    read.set(name, found);
    return found;
  };
}

/** Whether JSON is what `terraform show -json` prints of a state; of an empty one it has a version and nothing else. */
export const isShownState = (root: JsonObject): boolean =>
  field(root, "format_version") !== undefined && (objectIn(root, "values") !== undefined || field(root, "planned_values") === undefined);

/** Whether JSON is a state file. */
export const isRawState = (root: JsonObject): boolean =>
  typeof field(root, "version") === "number" && (field(root, "lineage") !== undefined || field(root, "terraform_version") !== undefined);

function versionFault(file: string, root: JsonObject): Problem | undefined {
  const version = field(root, "version");
  if (version === 4) return undefined;
  const message = `\`${file}\` is a state file of version ${JSON.stringify(version)}, and version 4 is read: pass what \`terraform show -json\` prints`;
  return { severity: "error", message, location: { file, pointer: "/version" } };
}

/** The instances of a state file, flat, as `terraform show -json` would list them. */
function rawResources(root: JsonObject): readonly StateResource[] {
  return objectsIn(root, "resources").flatMap((resource, at) =>
    objectsIn(resource, "instances").flatMap((instance, index) => rawInstance(resource, instance, `/resources/${at}/instances/${index}`)),
  );
}

function rawInstance(resource: JsonObject, instance: JsonObject, pointer: string): readonly StateResource[] {
  const [type, name, attributes] = [textIn(resource, "type"), textIn(resource, "name"), objectIn(instance, "attributes")];
  if (type === undefined || name === undefined || attributes === undefined || field(instance, "deposed") !== undefined) return [];
  const mode = textIn(resource, "mode") === "data" ? "data" : "managed";
  const module = textIn(resource, "module");
  const key = field(instance, "index_key");
  const providerAddress = textIn(resource, "provider");
  const suffix = typeof key === "string" || typeof key === "number" ? `[${JSON.stringify(key)}]` : "";
  return [
    {
      address: `${module === undefined ? "" : `${module}.`}${mode === "data" ? "data." : ""}${type}.${name}${suffix}`,
      mode,
      type,
      values: type === "kubernetes_manifest" ? withPlainDocuments(attributes) : attributes,
      sensitive: sensitiveMask(instance, attributes),
      dependsOn: textsIn(instance, "dependencies"),
      pointer,
      ...(providerAddress === undefined ? {} : { providerAddress }),
    },
  ];
}

/** A value of any type is kept beside its type in a state file: `{"type": …, "value": …}`. */
function withPlainDocuments(attributes: JsonObject): JsonObject {
  const plain = (value: Json | undefined): Json | undefined =>
    isObject(value) && Object.keys(value).sort().join() === "type,value" ? field(value, "value") : value;
  return { ...attributes, manifest: plain(field(attributes, "manifest")), object: plain(field(attributes, "object")) };
}

/** Names that a state file does not always mark, though their values are secret. */
const secretName = /password|passwd|secret|token|private_key|credential/i;

/** What the file marks, and what is called like a secret. */
function sensitiveMask(instance: JsonObject, attributes: JsonObject): JsonObject {
  const named = Object.keys(attributes).filter((name) => secretName.test(name));
  return { ...sensitivePaths(field(instance, "sensitive_attributes")), ...Object.fromEntries(named.map((name) => [name, true])) };
}
