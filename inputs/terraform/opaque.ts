import { isUnknown, type Location, type Value } from "../../engine/model";
import type { OpaqueSource } from "../input";
import type { Json } from "../objects";
import { attribute, field, isObject, textAttribute } from "./blocks";
import { carriesObjects } from "./foreign-documents";
import { locationOf, type TerraformResource } from "./resource";

/** What a resource writes that the input does not show; nothing for a resource whose objects are there, and for one that writes none. */
export function opaqueSource(resource: TerraformResource): OpaqueSource | undefined {
  switch (resource.type) {
    case "helm_release":
      return hidesChart(resource) ? source(resource, "its chart is not rendered in this input", releaseNamespace(resource)) : undefined;
    case "kubectl_manifest":
      return isUnknown(field(resource.values, "yaml_body"))
        ? source(resource, "its `yaml_body` is known only after apply", textAttribute(field(resource.values, "override_namespace")))
        : undefined;
    case "kubernetes_manifest":
      return hidesManifest(resource)
        ? source(resource, "its `manifest` is known only after apply", manifestNamespace(resource))
        : undefined;
    default:
      return carriesObjects(resource)
        ? source(resource, "it carries Kubernetes objects in a form that is not read", textAttribute(field(resource.values, "namespace")))
        : undefined;
  }
}

/** What a module of a configuration writes: a plan shows it, the configuration that calls it does not. */
export const opaqueModule = (location: Location): OpaqueSource => ({
  location,
  because: `\`${location.address ?? "module"}\`: the resources of a module are in a plan, and not in the configuration that calls it`,
});

/** Whether the chart is not there in rendered form, which takes the provider's `manifest` experiment and values that are known. */
export const hidesChart = ({ values }: TerraformResource): boolean => typeof attribute(field(values, "manifest")) !== "string";

/** Whether it is not known what kind of object a `kubernetes_manifest` holds. */
export function hidesManifest({ values }: TerraformResource): boolean {
  const manifest = field(values, "manifest");
  return isUnknown(manifest) || (isObject(manifest) && ["apiVersion", "kind"].some((name) => isUnknown(field(manifest, name))));
}

/** Whether a manifest of which not all is known may be a policy: what is known of its kind does not rule it out. */
export function mayBePolicy({ values }: TerraformResource): boolean {
  const manifest = field(values, "manifest");
  const kind = isObject(manifest) ? field(manifest, "kind") : undefined;
  return typeof kind !== "string" || kind.endsWith("NetworkPolicy") || kind.endsWith("List");
}

/** What is known of the name of a manifest; the namespace of one that names none is the default one. */
export function manifestName({ values }: TerraformResource): { readonly name?: Json; readonly namespace?: Json } {
  const manifest = field(values, "manifest");
  const metadata = isObject(manifest) ? field(manifest, "metadata") : undefined;
  if (!isObject(metadata)) return {};
  const name = textAttribute(field(metadata, "name"));
  return { ...(name === undefined ? {} : { name }), namespace: textAttribute(field(metadata, "namespace")) ?? "default" };
}

/** The namespace a chart is installed into. */
export const releaseNamespace = ({ values }: TerraformResource): Json => textAttribute(field(values, "namespace")) ?? "default";

function manifestNamespace({ values }: TerraformResource): Json | undefined {
  const manifest = field(values, "manifest");
  const metadata = isObject(manifest) ? field(manifest, "metadata") : undefined;
  return isObject(metadata) ? textAttribute(field(metadata, "namespace")) : undefined;
}

function source(resource: TerraformResource, because: string, namespace: Json | undefined): OpaqueSource {
  return { location: locationOf(resource), ...(isName(namespace) ? { namespace } : {}), because: `\`${resource.address}\`: ${because}` };
}

const isName = (value: Json | undefined): value is Value<string> => typeof value === "string" || isUnknown(value);
