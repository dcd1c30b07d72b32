import { awsGroup, awsKind, type AwsKindName } from "./aws-policy";
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
  readonly groups: readonly string[];
  readonly metadata: MetadataRules;
  readonly rules: Kind["rules"];
}

const namespaced = { namespaced: true } as const;
const templated = (...groups: readonly string[]): BuiltIn => ({ groups, metadata: namespaced, rules: inTemplate });

const builtIn: Readonly<Record<keyof typeof shapes, BuiltIn>> = {
  Namespace: { groups: [""], metadata: { namespaced: false, name: "label" }, rules: none },
  Node: { groups: [""], metadata: { namespaced: false }, rules: none },
  Pod: { groups: [""], metadata: namespaced, rules: validatePodSpec },
  Service: { groups: [""], metadata: { namespaced: true, name: "label" }, rules: validateServiceSpec },
  ReplicationController: templated(""),
  ReplicaSet: templated("apps", "extensions"),
  Deployment: templated("apps", "extensions"),
  StatefulSet: templated("apps"),
  DaemonSet: templated("apps", "extensions"),
  Job: templated("batch"),
  CronJob: { groups: ["batch"], metadata: namespaced, rules: validateTemplate("spec", "jobTemplate", "spec", "template") },
  NetworkPolicy: { groups: ["networking.k8s.io", "extensions"], metadata: namespaced, rules: validateNetworkPolicySpec },
};

const customGroup = "policy.networking.k8s.io";

const customSchema = (kind: string, version: string): ObjectSchema | undefined => {
  switch (kind) {
    case "ClusterNetworkPolicy":
      return clusterNetworkPolicySchema[version === "v1beta1" ? version : "v1alpha2"];
    case "AdminNetworkPolicy":
      return adminNetworkPolicySchema;
    case "BaselineAdminNetworkPolicy":
      return baselineAdminNetworkPolicySchema;
    default:
      return undefined;
  }
};

const isBuiltIn = (kind: string): kind is keyof typeof shapes => Object.hasOwn(builtIn, kind);

/** The kind of an object; undefined when it is not one that is read here, such as another product's NetworkPolicy. */
export function kindOf(object: JsonObject): Kind | undefined {
  const kind = known(stringAt(object, "kind")) ?? "";
  const apiVersion = known(stringAt(object, "apiVersion")) ?? "";
  if (apiVersion === "") return undefined;
  const slash = apiVersion.indexOf("/");
  const group = apiVersion.slice(0, Math.max(slash, 0));
  if (isBuiltIn(kind)) {
    const { groups, metadata, rules } = builtIn[kind];
    return groups.includes(group) ? { name: kind, metadata, rules, custom: false, schema: shapes[kind] } : undefined;
  }
  const aws = group === awsGroup ? awsKind(kind) : undefined;
  if (aws !== undefined) return { ...aws, metadata: { namespaced: aws.namespaced }, rules: none, custom: true };
  const schema = group === customGroup ? customSchema(kind, apiVersion.slice(slash + 1)) : undefined;
  return schema && { name: kind as KindName, metadata: { namespaced: false }, rules: none, custom: true, schema };
}
