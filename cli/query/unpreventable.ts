import type { Difference, ProvenEnd } from "../../engine";
import { type Workload, workloadName } from "../../engine/model";
import { linkText } from "./link-text";

/** So many lines are shown; of the rest it is said how many they are. */
const linesShown = 50;

/**
 * What stays open whatever NetworkPolicies there are, in words. A workload on its node's network is one line, as the same is true of every pair
 * it is in; any other pair is a line of its own.
 */
export function unpreventableLines(differences: readonly Difference[]): readonly string[] {
  const groups = new Map<Workload | Difference, Difference[]>();
  for (const each of differences) {
    const key = onItsNode(each.from) ?? onItsNode(each.to) ?? each;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  const lines = [...groups].map(([key, group]) => ("from" in key ? pairLine(key) : workloadLine(key, group)));
  const rest = lines.length - linesShown;
  return [...lines.slice(0, linesShown), ...(rest > 0 ? [`and ${String(rest)} more`] : [])];
}

const onItsNode = (end: ProvenEnd): Workload | undefined =>
  end.kind === "workload" && end.workload.hostNetwork === true ? end.workload : undefined;

const openText = (difference: Difference): string =>
  `${linkText(difference)} is ${difference.verdict.outcome === "undecided" ? "perhaps " : ""}open`;

const pairLine = (difference: Difference): string =>
  `${openText(difference)} whatever NetworkPolicies there are: a cluster-wide policy accepts it, or pods may be on their node's network`;

/** A pair that is certain is the better example. */
function workloadLine(workload: Workload, group: readonly Difference[]): string {
  const example = group.find(({ verdict }) => verdict.outcome !== "undecided") ?? group[0];
  const shown = example === undefined ? "" : `: ${openText(example)} whatever NetworkPolicies there are`;
  const rest = group.length - 1;
  const others = rest === 0 ? "" : `, and so ${rest === 1 ? "is 1 other pair" : `are ${String(rest)} other pairs`} it is in`;
  return `${workloadName(workload)} is on its node's network, where it is up to the plugin whether NetworkPolicies apply${shown}${others}`;
}
