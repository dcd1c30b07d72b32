/** `terraform show -json PLANFILE` → what is there before the plan is applied, and what is there after. */
import { unknown } from "../engine/model";
import type { Input, ResourceChange, Snapshot } from "./input";
import { objectName } from "./object-name";
import type { Json, JsonObject, LocatedObject, Read } from "./objects";
import { deferredChanges, isForgotten, type PlannedChange, plannedChanges, resourceChange } from "./plan/changes";
import { type ConfiguredBlock, configuredBlocks } from "./plan/configuration";
import { planFaults, whyIncomplete } from "./plan/coverage";
import type { ValuesOf } from "./plan/followed-reference";
import { plannedValues } from "./plan/overlay";
import { plannedProviders, type ProviderOf } from "./plan/providers";
import { stateResources, type StateResource } from "./plan/state-values";
import { blockAddress, objectIn, withoutRepeated } from "./plan/terraform-json";
import { providersOf, snapshotOf, type SourceResource } from "./snapshot";
import { annotatedSuppressions } from "./suppressions";
import { isDocumentType } from "./terraform";
import { field, isObject } from "./terraform/blocks";

type Blocks = ReadonlyMap<string, ConfiguredBlock>;

/** The parts of a plan that readers of it share. */
interface Plan {
  readonly file: string;
  readonly blocks: Blocks;
  readonly changes: readonly PlannedChange[];
  readonly drift: readonly PlannedChange[];
  /** Resources of the state that the plan does nothing with and does not mention. */
  readonly untouched: readonly StateResource[];
  readonly providerOf: ProviderOf;
}

/**
 * Reads a plan of format 0.x or 1.x. Objects are taken from `resource_changes` with `after_unknown` laid over them, and never from
 * `planned_values`, which hides what is not known. What the plan does not mention (`-target`, `-refresh-only`) is taken from the state.
 */
export function readPlan(file: string, root: JsonObject): Read<Input | undefined> {
  const faults = planFaults(file, root);
  if (faults.length > 0) return { value: undefined, problems: faults };
  const changes = [...plannedChanges(root, "resource_changes"), ...deferredChanges(root)];
  const mentioned = new Set(changes.map(({ address }) => address));
  const state = stateResources(objectIn(root, "prior_state", "values"), "/prior_state/values");
  const untouched = state.filter(({ address }) => !mentioned.has(address));
  const blocks = configuredBlocks(root);
  const providerOf = plannedProviders(file, root, blocks, valuesAmong(changes, state));
  const plan: Plan = { file, blocks, changes, drift: plannedChanges(root, "resource_drift"), untouched, providerOf };
  return inputOf(plan, whyIncomplete(root, changes, untouched));
}

/** What is known of resources: what a change leaves, else what the state has. */
function valuesAmong(changes: readonly PlannedChange[], state: readonly StateResource[]): ValuesOf {
  const known = new Map([
    ...state.map(({ address, values }) => [address, values] as const),
    ...changes.flatMap(({ address, after }) => (isObject(after) ? [[address, after] as const] : [])),
  ]);
  return (address) => known.get(address);
}

function inputOf(plan: Plan, incomplete: readonly string[]): Read<Input> {
  const { file, blocks, drift } = plan;
  const next = [...plan.changes.flatMap((change) => afterChange(change, plan)), ...unchanged(plan, plan.untouched)];
  const past = beforePlan(plan);
  const [after, before] = [snapshotOf(next), snapshotOf(past)];
  const managed = (changes: readonly PlannedChange[]): readonly PlannedChange[] => changes.filter(({ mode }) => mode === "managed");
  const input: Input = {
    kind: "plan",
    name: file,
    after: after.snapshot,
    before: before.snapshot,
    changes: namedChanges(managed(plan.changes), before.snapshot, after.snapshot, file),
    drift: driftOf(managed(drift), plan),
    incomplete,
    opaque: after.opaque,
    suppressions: annotatedSuppressions(after.snapshot.objects),
    declares: new Set([...blocks.keys(), ...[...plan.changes, ...plan.untouched].map(({ address }) => blockAddress(address))]),
    providers: providersOf([...past, ...next]),
  };
  return { value: input, problems: withoutRepeated([...after.problems, ...before.problems]) };
}

/** A resource at one side of its change. */
function sideOf(change: PlannedChange, side: "before" | "after", plan: Plan): SourceResource | undefined {
  const { before, after, address, type, mode, pointer } = change;
  if (!isObject(side === "before" ? before : after)) return undefined;
  const block = plan.blocks.get(blockAddress(address));
  return {
    type,
    address,
    mode,
    file: plan.file,
    pointer,
    dependsOn: block?.dependsOn ?? [],
    references: block?.references ?? [],
    ...using(plan.providerOf(address)),
    ...(side === "before" ? valuesBefore(change) : valuesAfter(change, block)),
  };
}

type Side = Pick<SourceResource, "values" | "sensitive" | "uncertain" | "pending">;

const valuesBefore = ({ before, beforeSensitive }: PlannedChange): Side => ({
  values: isObject(before) ? before : {},
  sensitive: beforeSensitive ?? false,
});

/** What a change will leave, with what is known only after apply. Of what is deferred not even that it happens is known. */
function valuesAfter(change: PlannedChange, block: ConfiguredBlock | undefined): Side {
  const { address, type, after, afterUnknown, afterSensitive, deferred } = change;
  const values = plannedValues(after, afterUnknown, address, block?.expressions);
  const sensitive = afterSensitive ?? false;
  if (deferred === undefined) return { values, sensitive };
  const missing = unknown(`\`${address}\` is left to a later plan (${deferred.replace(/_/g, " ")})`);
  // A document has its name inside.
  if (isDocumentType(type)) return { values, sensitive, uncertain: missing, pending: missing };
  return { values: onlyNamed(values, missing), sensitive, uncertain: missing };
}

/** Of what is deferred only the name is kept: the rest may still change. */
const onlyNamed = (values: JsonObject, missing: Json): JsonObject =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, name === "metadata" ? value : missing]));

/** What a change leaves behind. What is forgotten stays in the cluster: Terraform only stops looking after it. */
function afterChange(change: PlannedChange, plan: Plan): readonly SourceResource[] {
  const lasting = change.deferred !== undefined && change.after === null ? { ...change, after: change.before } : change;
  const after = sideOf(lasting, "after", plan);
  const kept = isForgotten(change) ? sideOf(change, "before", plan) : undefined;
  return [kept, after].filter((each) => each !== undefined);
}

/**
 * What is there before the plan is applied. A plan that only refreshes applies nothing, so what it compares is what Terraform last knew with
 * what it found.
 */
function beforePlan(plan: Plan): readonly SourceResource[] {
  const known = plan.changes.flatMap((change) => sideOf(change, "before", plan) ?? []);
  if (plan.changes.length > 0) return [...known, ...unchanged(plan, plan.untouched)];
  const drifted = new Set(plan.drift.map(({ address }) => address));
  const steady = plan.untouched.filter(({ address }) => !drifted.has(address));
  return [...unchanged(plan, steady), ...plan.drift.flatMap((change) => sideOf(change, "before", plan) ?? [])];
}

const using = (provider: SourceResource["provider"]): Pick<SourceResource, "provider"> => (provider === undefined ? {} : { provider });

const unchanged = ({ file, blocks, providerOf }: Plan, resources: readonly StateResource[]): readonly SourceResource[] =>
  resources.map(({ address, type, mode, values, sensitive, dependsOn, pointer }) => {
    const block = blocks.get(blockAddress(address));
    return {
      type,
      address,
      mode,
      file,
      pointer,
      values,
      sensitive: sensitive ?? false,
      dependsOn: block?.dependsOn ?? dependsOn,
      references: block?.references ?? [],
      ...using(providerOf(address)),
    };
  });

function namedChanges(changes: readonly PlannedChange[], before: Snapshot, after: Snapshot, file: string): readonly ResourceChange[] {
  const [old, next] = [namesByAddress(before.objects), namesByAddress(after.objects)];
  return changes.map((change) => resourceChange(change, file, old(change.address), next(change.address)));
}

type NamesOf = (address: string) => ResourceChange["before"];

function namesByAddress(objects: readonly LocatedObject[]): NamesOf {
  const names = new Map<string, ResourceChange["before"]>();
  for (const { object, location } of objects) {
    const name = objectName(object);
    const address = location.address ?? "";
    if (name !== undefined) names.set(address, [...(names.get(address) ?? []), name]);
  }
  return (address) => names.get(address) ?? [];
}

function driftOf(drift: readonly PlannedChange[], plan: Plan): readonly ResourceChange[] {
  const side = (which: "before" | "after"): Snapshot => snapshotOf(drift.flatMap((change) => sideOf(change, which, plan) ?? [])).snapshot;
  return namedChanges(drift, side("before"), side("after"), plan.file);
}

/** Whether JSON is a plan: it says what changes, or what will be. */
export const isPlan = (root: JsonObject): boolean =>
  ["resource_changes", "planned_values", "resource_drift"].some((name) => field(root, name) !== undefined);
