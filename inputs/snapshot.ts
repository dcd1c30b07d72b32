import { type InfrastructureResource, type Input, type OpaqueSource, placeKey, type Snapshot } from "./input";
import { redacted } from "./plan/redaction";
import type { Json, JsonObject, LocatedObject, Problem } from "./objects";
import { resourcesToObjects } from "./terraform";
import { opaqueSource } from "./terraform/opaque";
import { locationOf, type TerraformResource } from "./terraform/resource";
import { isJsonObject, valueAt } from "./validation/json";

/** A resource as a reader has it, with values that must not leave the reader. */
export interface SourceResource extends TerraformResource {
  readonly mode: "managed" | "data";
  readonly stack?: string;
  readonly dependsOn: readonly string[];
  readonly references: readonly string[];
  readonly comment?: JsonObject;
  /** True at what Terraform marks sensitive. */
  readonly sensitive?: Json;
}

/** What the resources of one moment are. */
export interface ReadSnapshot {
  readonly snapshot: Snapshot;
  readonly opaque: readonly OpaqueSource[];
  readonly problems: readonly Problem[];
}

/** The objects that resources declare, and the resources as others may see them. */
export function snapshotOf(resources: readonly SourceResource[]): ReadSnapshot {
  const managed = resources.filter(({ mode }) => mode === "managed");
  const { value: objects, problems } = resourcesToObjects(managed);
  return {
    snapshot: { objects: withoutSecrets(objects), resources: resources.map(shownResource) },
    opaque: opaqueSources(managed),
    problems,
  };
}

/** What the resources write that cannot be seen. */
export const opaqueSources = (resources: readonly TerraformResource[]): readonly OpaqueSource[] =>
  resources.map(opaqueSource).filter((each) => each !== undefined);

/** Where the objects of resources are sent to, as far as the input says. */
export const providersOf = (resources: readonly TerraformResource[]): NonNullable<Input["providers"]> =>
  new Map(resources.flatMap((each) => (each.provider === undefined ? [] : [[placeKey(each), each.provider] as const])));

/** A resource as others may see it: where it is, and its values without what is sensitive. */
export function shownResource(resource: SourceResource): InfrastructureResource {
  const { type, address, mode, stack, values, dependsOn, references, comment, uncertain, sensitive } = resource;
  return {
    type,
    address,
    mode,
    values: redacted(type, values, sensitive),
    ...(stack === undefined ? {} : { stack }),
    dependsOn,
    references,
    location: locationOf(resource),
    ...(comment === undefined ? {} : { comment }),
    ...(uncertain === undefined ? {} : { uncertain }),
  };
}

/** Objects as others may see them: of a Secret, only what it is called. Its annotations may repeat what it holds. */
export const withoutSecrets = (objects: readonly LocatedObject[]): readonly LocatedObject[] =>
  objects.map((each) => (each.object.kind === "Secret" ? { ...each, object: nameOnly(each.object) } : each));

function nameOnly({ apiVersion, kind, metadata }: JsonObject): JsonObject {
  const kept = ["name", "namespace", "labels"].flatMap((name) => {
    const value = isJsonObject(metadata) ? valueAt(metadata, name) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return { apiVersion, kind, metadata: Object.fromEntries(kept) };
}
