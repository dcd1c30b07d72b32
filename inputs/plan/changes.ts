import type { ChangeEffect, ResourceChange } from "../input";
import type { ObjectName } from "../kubernetes/problems";
import type { Json, JsonObject } from "../objects";
import { field } from "../terraform/blocks";
import { objectIn, objectsIn, textIn, textsIn } from "./terraform-json";

/** One entry of `resource_changes`, `resource_drift` or `deferred_changes`. */
export interface PlannedChange {
  readonly address: string;
  readonly previousAddress?: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly actions: readonly string[];
  readonly actionReason?: string;
  readonly before: Json;
  readonly after: Json;
  readonly afterUnknown: Json | undefined;
  readonly beforeSensitive: Json | undefined;
  readonly afterSensitive: Json | undefined;
  /** Why it is not known what will come of it; set for what is deferred to a later apply. */
  readonly deferred?: string;
  /** RFC 6901 pointer to the entry. */
  readonly pointer: string;
}

/** The entries of a list of changes. Objects that only wait to be destroyed (`deposed`) are left out. */
export function plannedChanges(plan: JsonObject, name: "resource_changes" | "resource_drift"): readonly PlannedChange[] {
  return objectsIn(plan, name).flatMap((entry, index) => changeOf(entry, `/${name}/${index}`));
}

/** What the plan leaves to a later one, because it depends on what this one makes. */
export function deferredChanges(plan: JsonObject): readonly PlannedChange[] {
  return objectsIn(plan, "deferred_changes").flatMap((entry, index) => {
    const change = objectIn(entry, "resource_change");
    const deferred = textIn(entry, "reason") ?? "deferred";
    return change === undefined ? [] : changeOf(change, `/deferred_changes/${index}/resource_change`, deferred);
  });
}

function changeOf(entry: JsonObject, pointer: string, deferred?: string): readonly PlannedChange[] {
  const address = textIn(entry, "address");
  const type = textIn(entry, "type");
  const change = objectIn(entry, "change");
  if (address === undefined || type === undefined || change === undefined || textIn(entry, "deposed") !== undefined) return [];
  const previousAddress = textIn(entry, "previous_address");
  const actionReason = textIn(entry, "action_reason");
  return [
    {
      address,
      ...(previousAddress === undefined ? {} : { previousAddress }),
      mode: textIn(entry, "mode") === "data" ? "data" : "managed",
      type,
      actions: textsIn(change, "actions"),
      ...(actionReason === undefined ? {} : { actionReason }),
      before: field(change, "before") ?? null,
      after: field(change, "after") ?? null,
      afterUnknown: field(change, "after_unknown"),
      beforeSensitive: field(change, "before_sensitive"),
      afterSensitive: field(change, "after_sensitive"),
      ...(deferred === undefined ? {} : { deferred }),
      pointer,
    },
  ];
}

const effects: Readonly<Record<string, ChangeEffect>> = {
  "no-op": "none",
  create: "create",
  update: "update",
  delete: "delete",
  read: "read",
  forget: "forget",
  "delete,create": "replace-delete-first",
  "create,delete": "replace-create-first",
  // Nothing is deleted: what is forgotten stays beside what is created.
  "create,forget": "replace-create-first",
};

/** What a list of actions does. One that no Terraform known here writes counts as an update: something changes. */
export const effectOf = (actions: readonly string[]): ChangeEffect => effects[actions.join(",")] ?? "update";

/** Whether the object that was there stays in the cluster, though Terraform no longer looks after it. */
export const isForgotten = ({ actions }: PlannedChange): boolean => actions.includes("forget");

/** A change as callers see it, with the names of its objects. */
export function resourceChange(
  change: PlannedChange,
  file: string,
  before: readonly ObjectName[],
  after: readonly ObjectName[],
): ResourceChange {
  const { address, previousAddress, type, actions, actionReason, pointer } = change;
  return {
    address,
    ...(previousAddress === undefined ? {} : { previousAddress }),
    type,
    actions,
    effect: effectOf(actions),
    before,
    after,
    ...(actionReason === undefined ? {} : { actionReason }),
    location: { file, pointer, address },
  };
}
