import type { ReportBase } from "../../engine/report";
import { aboutInput } from "../about-input";
import { place } from "../reasons";
import { enforcementInShort, enforcementStatement, withPlace } from "../sentences";
import { indented, labelled, type Terminal } from "./layout";

/** What comes before every answer: whether policies are enforced, and why. */
export function enforcementLines({ enforcement }: ReportBase, on: Terminal): readonly string[] {
  if (enforcement === undefined) return [];
  const { colors } = on;
  if (enforcement.state === "unknown") return labelled(on, "enforcement: ", enforcementInShort(enforcement), colors.bold, colors.yellow);
  const paint = { enforced: colors.green, partly: colors.yellow, none: colors.red, undecided: colors.yellow };
  const grounds = enforcement.grounds.flatMap(({ message, location, code }) =>
    indented(on, 2, `${code === undefined ? "" : `${code} `}${withPlace(message, place(location))}`),
  );
  return [...labelled(on, "enforcement: ", enforcementStatement(enforcement), colors.bold, paint[enforcement.state]), ...grounds];
}

/** What the reader must know about the inputs. */
export function inputLines(report: ReportBase, on: Terminal): readonly string[] {
  const lines = aboutInput(report);
  if (lines.length === 0) return [];
  return [on.colors.bold("about the input"), ...lines.flatMap((line) => labelled(on, "  - ", line, on.colors.dim))];
}

/** How long each phase took, where it was measured. */
export function timingLines({ timings = [] }: ReportBase, on: Terminal): readonly string[] {
  if (timings.length === 0) return [];
  const widest = Math.max(...timings.map(({ phase }) => phase.length));
  return [on.colors.bold("timings"), ...timings.map(({ phase, ms }) => `  ${phase.padEnd(widest)}  ${ms.toFixed(0).padStart(6)} ms`)];
}
