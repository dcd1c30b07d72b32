import { isUnknown } from "../../engine/model";
import type { Json, JsonObject, Problem, Read } from "../objects";
import { attribute, field, isList, isObject, textAttribute } from "./blocks";
import { hidesChart, hidesManifest, manifestName, mayBePolicy, releaseNamespace } from "./opaque";
import { inNamespace, unlessNamed } from "./placement";
import { possiblePolicy } from "./possible-objects";
import { locationOf, type TerraformResource } from "./resource";
import { readYamlBody } from "./yaml-body";

type Objects = Read<readonly JsonObject[]>;

/** `kubernetes_manifest`: the object as Kubernetes writes it. `object` is what the provider computes from it, so it is not read. */
export function kubernetesManifest(resource: TerraformResource): Objects {
  const manifest = field(resource.values, "manifest");
  if (hidesManifest(resource)) return hidden(resource, "manifest", mayBePolicy(resource) ? [manifestName(resource)] : []);
  if (isObject(manifest)) return { value: [withoutNulls(manifest) as JsonObject], problems: [] };
  return broken(resource, "has no `manifest` object: write the Kubernetes object there");
}

/** `kubectl_manifest`: YAML text. It may hold secrets, so no message quotes it. */
export function kubectlManifest(resource: TerraformResource): Objects {
  const body = field(resource.values, "yaml_body");
  const namespace = textAttribute(field(resource.values, "override_namespace"));
  if (isUnknown(body)) return hidden(resource, "yaml_body", [namespace === undefined ? {} : { namespace }]);
  if (typeof body !== "string") return broken(resource, "has no `yaml_body` text: write the manifest there");
  const read = readYamlBody(body);
  if ("fault" in read) return broken(resource, `has a \`yaml_body\` ${read.fault}`);
  const { objects } = read;
  return { value: namespace === undefined ? objects : objects.map((object) => inNamespace(object, namespace)), problems: [] };
}

/** A document that is known only after apply: the policy it may be is as unknown as it is. */
function hidden(resource: TerraformResource, argument: string, policies: readonly { name?: Json; namespace?: Json }[]): Objects {
  const counts = policies.length === 0 ? "so its object is left out" : "so it counts as a policy that may say anything";
  const what = `has a \`${argument}\` that is known only after apply, ${counts}: pass a plan or the manifest itself`;
  return {
    value: policies.map((where) => possiblePolicy(resource, argument, where)),
    problems: [problem(resource, "warning", what)],
  };
}

/**
 * `helm_release`: opaque, unless the provider's `manifest` experiment rendered the chart. Then `manifest` is a JSON map from
 * `namespace/kind/apiVersion/name` to the object. What names no namespace is installed into the one of the release.
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
  const namespace = releaseNamespace(resource);
  const objects = Object.values(rendered).filter(isObject);
  return { value: objects.map((object) => unlessNamed(object, namespace)), problems: [] };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
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
