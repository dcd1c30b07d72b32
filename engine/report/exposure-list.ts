import type { Evaluation } from "../evaluation";
import { type DirectionExposure, exposure, type NamespaceScope } from "../exposure/exposure";
import { directions, isUnknown, type LabelSelector, shown, type Workload } from "../model";
import { addressesEnd, connectionsText, workloadEnd } from "./ends";
import type { ReportEnd } from "./parts";
import type { ExposureReport } from "./reports";

/** What ends that are not in the input could exchange with workloads, in the words of a report. @default every workload */
export function exposureList(evaluation: Evaluation, of: readonly Workload[] | "all" = "all"): ExposureReport["workloads"] {
  const found = exposure(evaluation, of).workloads;
  return found.flatMap((each) =>
    directions.map((direction) => ({
      workload: workloadEnd(each.workload),
      direction,
      isolated: each[direction].isolated,
      entries: entriesOf(each[direction]),
    })),
  );
}

function entriesOf({ addresses, otherNamespaces, unlisted }: DirectionExposure): ExposureReport["workloads"][number]["entries"] {
  const outside = addresses
    .filter(({ connections }) => !connections.possible.isEmpty)
    .map((each) => ({ other: addressesEnd(each.addresses), connections: connectionsText(each.connections) }));
  const present = otherNamespaces.map(({ namespaces, connections }) => ({
    other: { kind: "workload", name: `pods of ${namespaces.map((name) => shown(name)).join(", ")}` } as const,
    connections: connectionsText(connections),
  }));
  const future = unlisted.map(({ namespaces, pods, connections }) => ({
    other: unlistedEnd(namespaces, pods),
    connections: connectionsText(connections),
  }));
  return [...outside, ...present, ...future];
}

/** Pods that do not exist yet, by their labels and their namespace's. */
function unlistedEnd({ present, future }: NamespaceScope, pods: LabelSelector): ReportEnd {
  const places = [
    ...(present === "all" ? ["every namespace"] : present.length === 0 ? [] : [present.map((name) => shown(name)).join(", ")]),
    ...(future === undefined ? [] : [`new namespaces${labelled(future)}`]),
  ];
  return { kind: "unlisted", name: `any pod${labelled(pods)} of ${places.join(" and ")}` };
}

function labelled({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${shown(value)}`);
  const conditions = matchExpressions.map((each) => {
    if (!("values" in each)) return each.operator === "Exists" ? each.key : `!${each.key}`;
    const values = each.values.map((value) => (isUnknown(value) ? shown(value) : value)).join(", ");
    return `${each.key} ${each.operator === "In" ? "in" : "not in"} (${values})`;
  });
  const text = [...labels, ...conditions].join(", ");
  return text === "" ? "" : ` {${text}}`;
}
