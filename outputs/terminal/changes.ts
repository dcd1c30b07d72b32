import type { ConnectionChange } from "../../engine/report";
import { byExposure, changeCauses, changeMark, changeSummary, directionSentence, flowText } from "../sentences";
import { labelled, type Paint, type Terminal } from "./layout";

/** What each changed pair could do before and can do now, with what caused it. */
export const changeLines = (changes: readonly ConnectionChange[], on: Terminal): readonly string[] =>
  byExposure(changes).flatMap((change) => oneChange(change, on));

function oneChange(change: ConnectionChange, on: Terminal): readonly string[] {
  const { colors } = on;
  const undecided = undecidedSummary(change);
  const paint = undecided === undefined ? paintOf(change.kind, on) : colors.yellow;
  const mark = undecided === undefined ? changeMark[change.kind] : "?";
  return [
    ...labelled(on, `  ${mark} `, undecided ?? changeSummary(change), paint, paint),
    ...changeCauses(change).flatMap((cause) => labelled(on, "      because ", cause, colors.dim)),
    ...exampleLines(change, on),
  ];
}

/** Set where what is certain is as before: then nothing is known to open or to close. */
function undecidedSummary({ from, to, before, after, opened, closed, exposure }: ConnectionChange): string | undefined {
  if (before.certain !== after.certain) return undefined;
  const ends = `${from.name} → ${to.name}`;
  const may = `may now connect: ${opened} (undecided${exposure ? ", perhaps new exposure" : ""})`;
  const mayNot = `can no longer connect: ${closed} (undecided before)`;
  if (closed === "none") return `${ends}: ${may}`;
  return opened === "none" ? `${ends}: ${mayNot}` : `${ends}: ${may}; ${mayNot}`;
}

const paintOf = (kind: ConnectionChange["kind"], { colors }: Terminal): Paint =>
  ({ added: colors.red, removed: colors.green, changed: colors.yellow })[kind];

/** One flow that shows the change, and why it is decided as it is now. */
function exampleLines({ example }: ConnectionChange, on: Terminal): readonly string[] {
  if (example === undefined) return [];
  const { dim } = on.colors;
  const { before, after } = example;
  const outcome = `${before?.outcome ?? "not there"} before, ${after?.outcome ?? "not there"} after`;
  const directions =
    after === undefined
      ? []
      : [
          ...labelled(on, "      egress  ", directionSentence(after.egress, example.from.name), dim),
          ...labelled(on, "      ingress ", directionSentence(after.ingress, example.to.name), dim),
        ];
  return [...labelled(on, "      example ", `${flowText(example)}: ${outcome}`, dim), ...directions];
}
