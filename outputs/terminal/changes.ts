import { isUndecidedChange, type ConnectionChange } from "../../engine/report";
import { byExposure, changeCauses, changeMark, changeSummary, directionSentence, flowText } from "../sentences";
import { labelled, type Paint, type Terminal } from "./layout";

/** What each changed pair could do before and can do now, with what caused it. */
export const changeLines = (changes: readonly ConnectionChange[], on: Terminal): readonly string[] =>
  byExposure(changes).flatMap((change) => oneChange(change, on));

function oneChange(change: ConnectionChange, on: Terminal): readonly string[] {
  const { colors } = on;
  const isUndecided = isUndecidedChange(change);
  const paint = isUndecided ? colors.yellow : paintOf(change.kind, on);
  const mark = isUndecided ? "?" : changeMark[change.kind];
  return [
    ...labelled(on, `  ${mark} `, changeSummary(change), paint, paint),
    ...changeCauses(change).flatMap((cause) => labelled(on, "      because ", cause, colors.dim)),
    ...exampleLines(change, on),
  ];
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
          ...labelled(on, "      egress  ", directionSentence(after.egress, example.from), dim),
          ...labelled(on, "      ingress ", directionSentence(after.ingress, example.to), dim),
        ];
  return [...labelled(on, "      example ", `${flowText(example)}: ${outcome}`, dim), ...directions];
}
