import type { ConnectionChange, DiffReport } from "../../engine/report";
import { counted } from "../sentences";
import { changeLines } from "./changes";
import { verdictLine } from "./check";
import { labelled, sections, type Terminal } from "./layout";
import { enforcementLines, inputLines, timingLines } from "./preamble";

/** What a change opens and closes, and the gate's verdict on it. */
export function diffText(report: DiffReport, on: Terminal): string {
  const { connections, workloadsAdded, workloadsRemoved, unchangedPairs } = report;
  const came = (title: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : labelled(on, `${title}: `, names.join(", "), on.colors.bold);
  return sections(
    enforcementLines(report, on),
    [
      on.colors.bold(`connectivity: ${changeCounts(connections)}, ${counted(unchangedPairs, "pair")} as before`),
      ...changeLines(connections, on),
    ],
    [...came("workloads added", workloadsAdded), ...came("workloads removed", workloadsRemoved)],
    inputLines(report, on),
    timingLines(report, on),
    verdictLine(report.gate, on),
  );
}

/** `1 added, 0 removed, 2 changed` */
export function changeCounts(changes: readonly ConnectionChange[]): string {
  const count = (kind: ConnectionChange["kind"]): string => `${String(changes.filter((each) => each.kind === kind).length)} ${kind}`;
  return `${count("added")}, ${count("removed")}, ${count("changed")}`;
}
