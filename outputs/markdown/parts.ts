import { isUndecidedChange, type ConnectionChange, type ReportBase, type ReportFlow } from "../../engine/report";
import { aboutInput } from "../about-input";
import type { Links } from "../options";
import {
  byExposure,
  changeCauses,
  changeMark,
  connectionsText,
  directionSentence,
  enforcementStatement,
  flowText,
  undecidedChange,
} from "../sentences";
import { details, type PlaceText, prose, table } from "./escape";
import { firstOf, type Limits } from "./fit";

/** Said right below the headline: whether the policies mean anything on this cluster. */
export function enforcementLine({ enforcement }: ReportBase, at: PlaceText): readonly string[] {
  if (enforcement === undefined) return [];
  const mark = { enforced: "", partly: "⚠️ ", none: "🚫 ", undecided: "⚠️ ", unknown: "" }[enforcement.state];
  const [ground] = enforcement.grounds;
  const because = ground === undefined ? "" : `; ${prose(ground.message)}${at(ground.location)}`;
  return [`${mark}**Enforcement:** ${prose(enforcementStatement(enforcement))}${because}`, ""];
}

/** Links to what does not fit here. */
export function footer({ report, run }: Links = {}): readonly string[] {
  const parts = [...(report === undefined ? [] : [`[full report](${report})`]), ...(run === undefined ? [] : [`[run](${run})`])];
  return parts.length === 0 ? [] : ["", parts.join(" · ")];
}

/** Changed connections as a table, what becomes possible first. */
export function changeTable(changes: readonly ConnectionChange[], { rows }: Limits): readonly string[] {
  if (changes.length === 0) return [];
  const shown = byExposure(changes)
    .slice(0, rows)
    .map((change) => [
      changeSign(change),
      end(change.from.name),
      end(change.to.name),
      connections(change.before),
      isUndecidedChange(change) ? prose(undecidedChange(change), 150) : connections(change.after),
      prose(changeCauses(change).join("; "), 300),
    ]);
  const rest = changes.length - shown.length;
  const more = rest === 0 ? [] : ["", `… and ${String(rest)} more changed connections cut to keep this short`];
  return shown.length === 0 ? [...more, ""] : [...table(["", "from", "to", "before", "after", "because"], shown), ...more, ""];
}

/** How a reviewer should look at a change, and what it does. */
function changeSign(change: ConnectionChange): string {
  if (isUndecidedChange(change)) return change.exposure ? "🟠 ?" : change.opened === "none" ? "⚪ ?" : "🟡 ?";
  const mark = changeMark[change.kind] === "-" ? "−" : changeMark[change.kind];
  return `${change.exposure ? "🔴" : change.opened === "none" ? "⚪" : "🟡"} ${mark}`;
}

const end = (name: string): string => prose(name, 150);
const connections = (each: ConnectionChange["before"]): string => prose(connectionsText(each), 150);

/** The counts of a diff, bold: `**+2 −1 ~0** connections`. */
export function changeCounts(changes: readonly ConnectionChange[]): string {
  const count = (kind: ConnectionChange["kind"]): string => String(changes.filter((each) => each.kind === kind).length);
  return `**+${count("added")} −${count("removed")} ~${count("changed")}** connections`;
}

/** A flow, and why each direction lets it through or not, as a list inside a list. */
export const flowList = ({ from, to, verdict, ...flow }: ReportFlow, by = ""): readonly string[] => [
  `  - ${prose(flowText({ from, to, ...flow }))} is **${verdict.outcome}**${by}`,
  `  - egress: ${prose(directionSentence(verdict.egress, from))}`,
  `  - ingress: ${prose(directionSentence(verdict.ingress, to))}`,
];

/** Why each changed pair is as it is now. */
export function changeReasons(changes: readonly ConnectionChange[], limits: Limits): readonly string[] {
  const withExample = byExposure(changes).flatMap(({ example }) => (example === undefined ? [] : [example]));
  const lines = firstOf(
    withExample,
    limits.details,
    ({ before, after, ...flow }) => {
      const head = `- ${prose(flowText(flow))}: ${before?.outcome ?? "not there"} before, **${after?.outcome ?? "not there"}** after`;
      if (after === undefined) return [head];
      return [
        head,
        `  - egress: ${prose(directionSentence(after.egress, flow.from))}`,
        `  - ingress: ${prose(directionSentence(after.ingress, flow.to))}`,
      ];
    },
    "explanations",
  );
  return details("Why, for one flow of each change", lines);
}

/** What the reader must know about the inputs. */
export function inputDetails(report: ReportBase, limits: Limits): readonly string[] {
  const lines = aboutInput(report);
  const written = firstOf(lines, limits.details, (line) => [`- ${prose(line)}`], "notes");
  return details(`About the input (${String(lines.length)})`, lines.length === 0 ? [] : written);
}
