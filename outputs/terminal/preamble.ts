import type { ReportBase } from "../../engine/report";
import { place } from "../reasons";
import { enforcementStatement, withPlace } from "../sentences";
import { indented, labelled, type Terminal } from "./layout";

/** What comes before every answer: whether policies are enforced, and why. */
export function enforcementLines({ enforcement }: ReportBase, on: Terminal): readonly string[] {
  if (enforcement === undefined) return [];
  const { colors } = on;
  const paint = { enforced: colors.green, partly: colors.yellow, none: colors.red, undecided: colors.yellow, unknown: colors.yellow };
  const grounds = enforcement.grounds.flatMap(({ message, location, code }) =>
    indented(on, 2, `${code === undefined ? "" : `${code} `}${withPlace(message, place(location))}`),
  );
  return [...labelled(on, "enforcement: ", enforcementStatement(enforcement), colors.bold, paint[enforcement.state]), ...grounds];
}

/** What the reader must know about the inputs: what cannot be seen in them, what is missing, what is known only after apply. */
export function inputLines({ inputs, notes, unknowns }: ReportBase, on: Terminal): readonly string[] {
  const { colors } = on;
  const lines = [
    ...inputs.flatMap(({ name, incomplete }) => incomplete.map((because) => `${name} is incomplete: ${because}`)),
    ...inputs.flatMap(({ opaque }) => opaque.map(({ location, because }) => `cannot be seen: ${withPlace(because, place(location))}`)),
    ...notes.map(({ severity, message, location }) => `${severity}: ${withPlace(message, place(location))}`),
    ...unknowns.map(({ because, location }) => `not known before apply: ${withPlace(because, place(location))}`),
  ];
  if (lines.length === 0) return [];
  return [colors.bold("about the input"), ...lines.flatMap((line) => labelled(on, "  - ", line, colors.dim))];
}

/** How long each phase took, where it was measured. */
export function timingLines({ timings = [] }: ReportBase, on: Terminal): readonly string[] {
  if (timings.length === 0) return [];
  const widest = Math.max(...timings.map(({ phase }) => phase.length));
  return [on.colors.bold("timings"), ...timings.map(({ phase, ms }) => `  ${phase.padEnd(widest)}  ${ms.toFixed(0).padStart(6)} ms`)];
}
