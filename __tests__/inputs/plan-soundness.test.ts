/** Whatever a plan hides, what is decided about it holds for the value that was hidden. */
import fc from "fast-check";
import { evaluate, verdict } from "../../engine";
import { type Cluster, type Flow, isUnknown } from "../../engine/model";
import { type Json, type JsonObject, readInputs, toCluster } from "../../inputs";
import { anyFlowPick, flowOf, pickOf } from "../arbitraries/flow";
import type { Pick } from "../arbitraries/terraform-shape";
import { check } from "../property-runs";
import { plannedChange, planOf } from "./read-one";
import { anyWritableCluster, resourcesOf, type WrittenResource } from "./written-cluster";

/** As a plan writes it: every block is a list. */
const asPlanned: Pick = (...ways) => ways.find((each) => Array.isArray(each)) ?? (ways[0] as (typeof ways)[number]);

type Path = readonly (string | number)[];

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json | undefined): value is JsonObject => typeof value === "object" && value !== null && !isList(value);

/** Every place of a resource that may be known only after apply: not the names by which this test finds objects again. */
function placesOf(value: Json | undefined, path: Path = []): readonly Path[] {
  const own = path.length >= 3 && !isFixed(path) ? [path] : [];
  const entries = isList(value) ? value.map((each, index) => [index, each] as const) : isObject(value) ? Object.entries(value) : [];
  return [...own, ...entries.flatMap(([name, each]) => placesOf(each, [...path, name]))];
}

const isFixed = (path: Path): boolean => path[0] === "metadata" && (path[2] === "name" || path[2] === "generate_name");

/** A value without a place, as `after` leaves it out. */
function hidden(value: Json | undefined, [step, ...rest]: Path): Json {
  if (step === undefined) return null;
  if (isList(value)) return value.map((each, index) => (index === step ? hidden(each, rest) : each));
  const { [step]: inner, ...others } = value as JsonObject;
  return rest.length === 0 ? others : { ...others, [step]: hidden(inner, rest) };
}

/** The shape of a value, with true at the place that is hidden. */
function maskOf(value: Json | undefined, [step, ...rest]: Path): Json {
  if (step === undefined) return true;
  if (isList(value)) return value.map((each, index) => (index === step ? maskOf(each, rest) : isObject(each) ? {} : false));
  return { [step]: maskOf((value as JsonObject)[step], rest) };
}

function clusterOf(changes: readonly JsonObject[]): { readonly cluster: Cluster; readonly errors: readonly string[] } {
  const { value, problems } = readInputs([{ file: "plan.json", text: JSON.stringify({ ...planOf([]), resource_changes: changes }) }]);
  const read = toCluster(value[0]?.after.objects ?? []);
  const errors = [...problems, ...read.problems].filter(({ severity }) => severity === "error").map(({ message }) => message);
  return { cluster: read.value, errors };
}

const created = ({ type, name, values }: WrittenResource): JsonObject => plannedChange({ type, name, after: values });

function hiding({ type, name, values }: WrittenResource, pick: number): JsonObject {
  const places = placesOf(values);
  if (places.length === 0) return created({ type, name, values });
  const path = pickOf(places, pick);
  return plannedChange({ type, name, after: hidden(values, path), unknown: maskOf(values, path) });
}

/** The same flow in the cluster that knows everything; workloads are in the same order in both. */
const inFull = (flow: Flow, from: Cluster, to: Cluster): Flow => ({
  ...flow,
  from: endIn(flow.from, from, to),
  to: endIn(flow.to, from, to),
});

function endIn(end: Flow["from"], from: Cluster, to: Cluster): Flow["from"] {
  if (end.kind === "address") return end;
  const workload = to.workloads[from.workloads.indexOf(end.workload)];
  return workload === undefined ? end : { kind: "workload", workload };
}

/**
 * A flow from a workload to itself is between two replicas, or inside the one pod there is: a different question, and which of them is asked
 * is not known (docs/semantics.md, "Replicas").
 */
const dependsOnReplicas = ({ from, to }: Flow): boolean =>
  from.kind === "workload" && to.kind === "workload" && from.workload === to.workload && isUnknown(from.workload.replicas);

const anyCase = fc.tuple(
  anyWritableCluster,
  fc.array(fc.tuple(fc.nat(99_999), fc.nat(99_999)), { minLength: 1, maxLength: 3 }),
  fc.array(anyFlowPick, { minLength: 12, maxLength: 12 }),
);

let decided = 0;
let undecided = 0;

test("a verdict that is decided with hidden values is the verdict with the values", () => {
  const property = fc.property(anyCase, ([cluster, picks, flows]) => {
    const resources = resourcesOf(cluster, asPlanned);
    const places = new Map(picks.map(([resource, place]) => [resource % resources.length, place]));
    const full = clusterOf(resources.map(created));
    const partial = clusterOf(resources.map((each, index) => (places.has(index) ? hiding(each, places.get(index) ?? 0) : created(each))));
    expect([full.errors, partial.errors]).toEqual([[], []]);
    expect(partial.cluster.workloads).toHaveLength(full.cluster.workloads.length);
    const [known, unsure] = [evaluate(full.cluster), evaluate(partial.cluster)];
    for (const pick of flows) {
      const flow = flowOf(partial.cluster, { ...pick, from: { ...pick.from, kind: "workload" }, to: { ...pick.to, kind: "workload" } });
      if (dependsOnReplicas(flow)) continue;
      const { outcome } = verdict(unsure, flow);
      if (outcome === "undecided") undecided += 1;
      else {
        decided += 1;
        expect(outcome).toBe(verdict(known, inFull(flow, partial.cluster, full.cluster)).outcome);
      }
    }
  });
  check("soundness of plans", 60, property);
  // Both must be met often, or the property says nothing.
  expect([decided > 100, undecided > 5]).toEqual([true, true]);
});
