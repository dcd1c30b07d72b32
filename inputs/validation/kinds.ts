import { awsGroup, awsKind, type AwsKindName, awsVersion } from "./aws-policy";
import { adminNetworkPolicySchema, baselineAdminNetworkPolicySchema, clusterNetworkPolicySchema } from "./cluster-policy-schemas";
import { validatePodSpec, validateServiceSpec, validateTemplate } from "./core";
import type { FieldError } from "./field-error";
import { type JsonObject, known, stringAt } from "./json";
import type { MetadataRules } from "./metadata";
import { type NetworkPolicyOptions, validateNetworkPolicySpec } from "./network-policy";
import type { ObjectSchema } from "./schema";
import { shapes } from "./shapes";

/** What is known about one kind of object. */
export interface Kind {
  readonly name: KindName;
  readonly metadata: MetadataRules;
  /** Defined by a CRD: checked by its schema, and null in a list is an error. */
  readonly custom: boolean;
  readonly schema: ObjectSchema;
  /** Rules beyond the schema, for a built-in kind. */
  readonly rules: (object: JsonObject, options: NetworkPolicyOptions) => readonly FieldError[];
}

/** The kinds that are read. */
export type KindName = keyof typeof shapes | "ClusterNetworkPolicy" | "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy" | AwsKindName;

const none = (): readonly FieldError[] => [];
const inTemplate = validateTemplate("spec", "template");

interface BuiltIn {
  readonly versions: ApiVersions;
  readonly metadata: MetadataRules;
  readonly rules: Kind["rules"];
}

/** Versions of a built-in kind, as `apiVersion` has them. */
interface ApiVersions {
  /** What clusters serve. */
  readonly served: string;
  /** What older clusters served, with the version of Kubernetes that removed it. */
  readonly removed?: Readonly<Record<string, string>>;
}

const core: ApiVersions = { served: "v1" };
const early = { "apps/v1beta2": "1.16", "extensions/v1beta1": "1.16" } as const;
const namespaced = { namespaced: true } as const;
const templated = (versions: ApiVersions): BuiltIn => ({ versions, metadata: namespaced, rules: inTemplate });

const builtIn: Readonly<Record<keyof typeof shapes, BuiltIn>> = {
  Namespace: { versions: core, metadata: { namespaced: false, name: "label" }, rules: none },
  Node: { versions: core, metadata: { namespaced: false }, rules: none },
  Pod: { versions: core, metadata: namespaced, rules: validatePodSpec },
  Service: { versions: core, metadata: { namespaced: true, name: "label" }, rules: validateServiceSpec },
  ReplicationController: templated(core),
  ReplicaSet: templated({ served: "apps/v1", removed: early }),
  Deployment: templated({ served: "apps/v1", removed: { "apps/v1beta1": "1.16", ...early } }),
  StatefulSet: templated({ served: "apps/v1", removed: { "apps/v1beta1": "1.16", "apps/v1beta2": "1.16" } }),
  DaemonSet: templated({ served: "apps/v1", removed: early }),
  Job: templated({ served: "batch/v1" }),
  CronJob: {
    versions: { served: "batch/v1", removed: { "batch/v1beta1": "1.25", "batch/v2alpha1": "1.21" } },
    metadata: namespaced,
    rules: validateTemplate("spec", "jobTemplate", "spec", "template"),
  },
  NetworkPolicy: {
    versions: { served: "networking.k8s.io/v1", removed: { "extensions/v1beta1": "1.16" } },
    metadata: namespaced,
    rules: validateNetworkPolicySpec,
  },
};

const customGroup = "policy.networking.k8s.io";

/** The kinds that CRDs define, by `apiVersion`. */
const customSchemas: Readonly<Record<string, Readonly<Record<string, ObjectSchema>>>> = {
  ClusterNetworkPolicy: {
    [`${customGroup}/v1alpha2`]: clusterNetworkPolicySchema.v1alpha2,
    [`${customGroup}/v1beta1`]: clusterNetworkPolicySchema.v1beta1,
  },
  AdminNetworkPolicy: { [`${customGroup}/v1alpha1`]: adminNetworkPolicySchema },
  BaselineAdminNetworkPolicy: { [`${customGroup}/v1alpha1`]: baselineAdminNetworkPolicySchema },
};

const customSchema = (kind: string, apiVersion: string): ObjectSchema | undefined => {
  const schemas = Object.hasOwn(customSchemas, kind) ? customSchemas[kind] : undefined;
  return schemas !== undefined && Object.hasOwn(schemas, apiVersion) ? schemas[apiVersion] : undefined;
};

const isBuiltIn = (kind: string): kind is keyof typeof shapes => Object.hasOwn(builtIn, kind);

/** The kind of an object; undefined when it is not one that is read here, such as another product's NetworkPolicy. */
export function kindOf(object: JsonObject): Kind | undefined {
  const kind = known(stringAt(object, "kind")) ?? "";
  const apiVersion = known(stringAt(object, "apiVersion")) ?? "";
  if (apiVersion === "") return undefined;
  if (isBuiltIn(kind)) {
    const { versions, metadata, rules } = builtIn[kind];
    if (apiVersion !== versions.served && removalOf(versions, apiVersion) === undefined) return undefined;
    return { name: kind, metadata, rules, custom: false, schema: shapes[kind] };
  }
  const aws = apiVersion === awsVersion ? awsKind(kind) : undefined;
  if (aws !== undefined) return { ...aws, metadata: { namespaced: aws.namespaced }, rules: none, custom: true };
  const schema = customSchema(kind, apiVersion);
  return schema && { name: kind as KindName, metadata: { namespaced: false }, rules: none, custom: true, schema };
}

const removalOf = ({ removed }: ApiVersions, apiVersion: string): string | undefined =>
  removed !== undefined && Object.hasOwn(removed, apiVersion) ? removed[apiVersion] : undefined;

const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(apiVersion.indexOf("/"), 0));

/** What is the matter with the version of a kind that is read in others. */
export type VersionFault =
  /** Older clusters served it: it is read as what replaced it. */
  | { readonly fault: "removed"; readonly since: string; readonly served: string }
  /** No cluster serves it. */
  | { readonly fault: "unserved"; readonly served: string }
  /** A CRD may define it, and what it says there is not known here. */
  | { readonly fault: "unread"; readonly read: readonly string[] };

/** Why an object is of no version that is read as it is; undefined for one that is, and for kinds of other groups. */
export function versionFault(object: JsonObject): VersionFault | undefined {
  const kind = known(stringAt(object, "kind")) ?? "";
  const apiVersion = known(stringAt(object, "apiVersion")) ?? "";
  if (isBuiltIn(kind)) return builtInFault(builtIn[kind].versions, apiVersion);
  const isAws = groupOf(apiVersion) === awsGroup && awsKind(kind) !== undefined;
  const read = isAws ? [awsVersion] : Object.keys((Object.hasOwn(customSchemas, kind) ? customSchemas[kind] : undefined) ?? {});
  const isOurs = isAws || (groupOf(apiVersion) === customGroup && read.length > 0);
  return isOurs && !read.includes(apiVersion) ? { fault: "unread", read } : undefined;
}

function builtInFault(versions: ApiVersions, apiVersion: string): VersionFault | undefined {
  const { served, removed = {} } = versions;
  if (apiVersion === served || apiVersion === "") return undefined;
  const since = removalOf(versions, apiVersion);
  if (since !== undefined) return { fault: "removed", since, served };
  const groups = [served, ...Object.keys(removed)].map(groupOf);
  return groups.includes(groupOf(apiVersion)) ? { fault: "unserved", served } : undefined;
}
