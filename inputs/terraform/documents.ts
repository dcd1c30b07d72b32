import { LineCounter, parseAllDocuments } from "yaml";
import { isUnknown } from "../../engine/model";
import type { Json, JsonObject, Problem, Read } from "../objects";
import { attribute, field, isList, isObject, textAttribute } from "./blocks";
import { hidesChart, hidesManifest, releaseNamespace } from "./opaque";
import { locationOf, type TerraformResource } from "./resource";

type Objects = Read<readonly JsonObject[]>;

/** `kubernetes_manifest`: the object as Kubernetes writes it. `object` is what the provider computes from it, so it is not read. */
export function kubernetesManifest(resource: TerraformResource): Objects {
  const manifest = field(resource.values, "manifest");
  if (isObject(manifest) && !hidesManifest(resource)) return { value: [withoutNulls(manifest) as JsonObject], problems: [] };
  return hidesManifest(resource)
    ? opaque(
        resource,
        "warning",
        "has a `manifest` that is known only after apply, so its object is left out: pass a plan or the manifest itself",
      )
    : broken(resource, "has no `manifest` object: write the Kubernetes object there");
}

/** `kubectl_manifest`: YAML text. It may hold secrets, so no message quotes it. */
export function kubectlManifest(resource: TerraformResource): Objects {
  const body = field(resource.values, "yaml_body");
  if (isUnknown(body))
    return opaque(
      resource,
      "warning",
      "has a `yaml_body` that is known only after apply, so its object is left out: pass a plan or the manifest itself",
    );
  if (typeof body !== "string") return broken(resource, "has no `yaml_body` text: write the manifest there");
  const namespace = textAttribute(field(resource.values, "override_namespace"));
  const { value, problems } = readYaml(resource, body);
  return { value: namespace === undefined ? value : value.map((object) => inNamespace(object, namespace)), problems };
}

/**
 * `helm_release`: opaque, unless the provider's `manifest` experiment rendered the chart. Then `manifest` is a JSON map from
 * `namespace/kind/apiVersion/name` to the object.
 */
export function helmRelease(resource: TerraformResource): Objects {
  const manifest = attribute(field(resource.values, "manifest"));
  if (typeof manifest === "string" && !hidesChart(resource)) return renderedChart(resource, manifest);
  const namespace = releaseNamespace(resource);
  const where = typeof namespace === "string" ? ` into namespace \`${namespace}\`` : "";
  return opaque(
    resource,
    "note",
    `installs a chart${where} whose objects are not in this input: add the output of \`helm template\` to see them`,
  );
}

function renderedChart(resource: TerraformResource, manifest: string): Objects {
  const rendered = parsed(manifest);
  if (!isObject(rendered)) return broken(resource, "has a `manifest` that is not a JSON object: write the plan again");
  return { value: Object.values(rendered).filter(isObject), problems: [] };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function readYaml(resource: TerraformResource, text: string): Objects {
  const lines = new LineCounter();
  const objects: JsonObject[] = [];
  // Pretty errors quote the source, and manifests may be sensitive.
  for (const document of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })) {
    const fault = document.errors[0];
    if (fault !== undefined) {
      const { line, col } = lines.linePos(fault.pos[0]);
      return broken(resource, `has a \`yaml_body\` that is not YAML at its line ${line}, column ${col}: correct it there`);
    }
    const value = plainValue(() => document.toJS() as Json);
    if (isObject(value)) objects.push(value);
    else if (value !== null)
      return broken(resource, "has a `yaml_body` that is not one Kubernetes object: write a mapping with `kind` in it");
  }
  return { value: objects, problems: [] };
}

/** Aliases that multiply beyond the parser's limit throw when they are expanded. */
function plainValue(expand: () => Json): Json | undefined {
  try {
    return expand();
  } catch {
    return undefined;
  }
}

function inNamespace(object: JsonObject, namespace: Json): JsonObject {
  const metadata = field(object, "metadata");
  return { ...object, metadata: { ...(isObject(metadata) ? metadata : {}), namespace } };
}

/** Terraform writes an attribute that is not set as null wherever the types of a list's elements had to be made equal. */
function withoutNulls(value: Json): Json {
  if (isList(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== null && entry[1] !== undefined);
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutNulls(entry)]));
}

const opaque = (resource: TerraformResource, severity: "warning" | "note", what: string): Objects => ({
  value: [],
  problems: [problem(resource, severity, what)],
});

const broken = (resource: TerraformResource, what: string): Objects => ({ value: [], problems: [problem(resource, "error", what)] });

const problem = (resource: TerraformResource, severity: Problem["severity"], what: string): Problem => ({
  severity,
  message: `\`${resource.address}\` ${what}`,
  location: locationOf(resource),
});
