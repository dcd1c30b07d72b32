import type { ChangeEffect, DeploymentTarget, InfrastructureResource, Location, Value } from "../engine/model";
import type { ObjectName } from "./kubernetes/problems";
import type { JsonObject, LocatedObject } from "./objects";
import type { ProviderConfiguration } from "./terraform/provider";

export type { ChangeEffect, InfrastructureResource } from "../engine/model";

/** One file as the caller read it. */
export interface InputFile {
  /** What the user named; "-" for standard input. */
  readonly file: string;
  readonly text: string;
}

/** What an input was made by. */
export type InputKind = "cdktf" | "terraform-json" | "plan" | "state" | "manifests";

/** One moment: what is there, or is to be there. */
export interface Snapshot {
  readonly objects: readonly LocatedObject[];
  readonly resources: readonly InfrastructureResource[];
}

/** What a plan does with one resource. */
export interface ResourceChange {
  readonly address: string;
  /** Where the resource was before a `moved` block. */
  readonly previousAddress?: string;
  readonly type: string;
  /** As Terraform writes them. */
  readonly actions: readonly string[];
  readonly effect: ChangeEffect;
  /** The Kubernetes objects it declares on either side, by name; most resources declare one or none. */
  readonly before: readonly ObjectName[];
  readonly after: readonly ObjectName[];
  /** Terraform's word for why, such as `delete_because_no_resource_config`. */
  readonly actionReason?: string;
  readonly location: Location;
}

/** Something that writes objects which the input does not show. */
export interface OpaqueSource {
  readonly location: Location;
  /** The namespace it writes to; absent when it may be any. */
  readonly namespace?: Value<string>;
  readonly because: string;
}

/** A suppression as it was found, not yet read. */
export interface FoundSuppression {
  readonly source: "annotation" | "comment" | "construct";
  /** `ID reason expires=YYYY-MM-DD`; of an annotation, the id is taken from its key. */
  readonly text?: string;
  /** What a construct recorded, in fields. */
  readonly fields?: JsonObject;
  /** The object it stands at. */
  readonly object?: ObjectName;
  readonly location: Location;
}

/** What one source says. */
export interface Input {
  readonly kind: InputKind;
  /** For people: a file, a folder, or how many files. */
  readonly name: string;
  readonly after: Snapshot;
  /** What is there before the plan is applied. Absent for everything but plans. */
  readonly before?: Snapshot;
  /** What a plan does; empty for everything but plans. */
  readonly changes: readonly ResourceChange[];
  /** What changed outside Terraform since the last apply, as a plan says. */
  readonly drift: readonly ResourceChange[];
  /** Why the input does not tell the whole story, one sentence each; empty when it does. */
  readonly incomplete: readonly string[];
  readonly opaque: readonly OpaqueSource[];
  readonly suppressions: readonly FoundSuppression[];
  /** Addresses of the resource blocks that the configuration behind a plan or state declares, without instance keys. */
  readonly declares: ReadonlySet<string>;
  /** Where the objects of resources are sent to, by {@link placeKey}; what is missing does not say. @default nothing says it */
  readonly providers?: ReadonlyMap<string, ProviderConfiguration>;
}

/** Names a resource within one input: stacks may have the same addresses. */
export const placeKey = ({ file, address }: Pick<Location, "file" | "address">): string => JSON.stringify([file ?? "", address ?? ""]);

/** Several inputs taken together: one cluster, or one change of it. */
export interface JoinedInput {
  readonly after: Snapshot;
  /** Absent when no input tells a before from an after. */
  readonly before?: Snapshot;
  readonly changes: readonly ResourceChange[];
  readonly drift: readonly ResourceChange[];
  readonly incomplete: readonly string[];
  readonly opaque: readonly OpaqueSource[];
  readonly suppressions: readonly FoundSuppression[];
  /** The API servers that the objects are sent to, and those of objects that are left out. */
  readonly targets: Targets;
}

/** Servers by whether their objects are read. */
export interface Targets {
  readonly chosen: readonly DeploymentTarget[];
  readonly others: readonly DeploymentTarget[];
  /** Provider configurations that were asked for and that send no object anywhere. */
  readonly missing: readonly string[];
  /** What can be asked for. */
  readonly names: readonly string[];
}

/** How inputs are taken together. */
export interface JoinOptions {
  /** Only objects of the clusters of these provider configurations, taken for one: `kubernetes.staging`, or with its stack or file `prod/kubernetes`. @default all, which must be of one cluster */
  readonly providers?: readonly string[];
}

/** What the files alone do not say. */
export interface ReadInputsOptions {
  /** Values of Terraform variables by name, as `TF_VAR_name` gives them; for synthesized stacks, which hold only defaults. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** The longest text that is read, in characters. @default 268435456, which is 256 MB of plain text */
  readonly longestText?: number;
}
