/** Resources of other providers that carry Kubernetes objects in a form that is not read. */
import type { Json } from "../objects";
import { field, isList, isObject } from "./blocks";
import type { TerraformResource } from "./resource";

/** Providers whose resources are read or, whatever text they hold, keep it and apply it to no cluster. */
const harmlessProviders: ReadonlySet<string> = new Set([
  "archive",
  "aws",
  "azuread",
  "azurerm",
  "cloudinit",
  "github",
  "gitlab",
  "google",
  "kubernetes",
  "local",
  "null",
  "random",
  "template",
  "terraform",
  "time",
  "tls",
  "vault",
]);

/** Names of types that write objects to a cluster even where what they write is not known. */
const writingTypes = /(?:^|_)(?:manifests?|kustomization|helm_release|chart|app|application|bootstrap|object)(?:_|$)/;
const writingProviders: ReadonlySet<string> = new Set([
  "argocd",
  "flux",
  "helm",
  "helmfile",
  "k8s",
  "k8sconnect",
  "kubectl",
  "kustomization",
]);

/** Whether a resource of a type that is not read installs Kubernetes objects, as far as its name and its arguments tell. */
export function carriesObjects({ type, values }: TerraformResource): boolean {
  const [provider = ""] = type.split("_");
  if (harmlessProviders.has(provider)) return false;
  const isWriter = writingProviders.has(provider) && writingTypes.test(type);
  return isWriter || type === "kustomization_resource" || Object.values(values).some(holdsObject);
}

function holdsObject(value: Json | undefined): boolean {
  if (isList(value)) return value.some((each) => !isList(each) && holdsObject(each));
  if (isObject(value)) return ["apiVersion", "kind"].every((name) => typeof field(value, name) === "string");
  return typeof value === "string" && isDocument(value);
}

/** Whether a text is written like an object, in YAML or JSON, without parsing it. */
const isDocument = (text: string): boolean => /(?:^|[\n{,])\s*"?apiVersion"?\s*:/.test(text) && /(?:^|[\n{,])\s*"?kind"?\s*:/.test(text);
