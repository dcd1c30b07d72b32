import { existsSync, readFileSync } from "node:fs";
import type { checkReport } from "../gate/check-report";
import { writeFiles } from "../write-files";
import { type FixNote, fixedTexts } from "./fixes";
import { suggestedEdit } from "./source-edit";
import { unifiedDiff } from "./unified-diff";

type Checked = ReturnType<typeof checkReport>;
/** Checks the same inputs again, with other texts for some of the files. */
type CheckAgain = (texts: ReadonlyMap<string, string>) => Checked;

/** A fix may uncover another one; more rounds than this would be two that undo each other. */
const mostRounds = 10;

interface Fixed {
  readonly checked: Checked;
  readonly texts: ReadonlyMap<string, string>;
  readonly made: readonly FixNote[];
  readonly suggested: readonly FixNote[];
}

function fixAll(first: Checked, again: CheckAgain): Fixed {
  let checked = first;
  let texts: ReadonlyMap<string, string> = new Map();
  const made: FixNote[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const fixed = fixedTexts(checked.analysis, checked.found.fixable);
    if (fixed.texts.size === 0) return { checked, texts, made, suggested: fixed.suggested };
    made.push(...fixed.made);
    texts = new Map([...texts, ...fixed.texts]);
    checked = again(texts);
  }
  return { checked, texts, made, suggested: [] };
}

/** What is left to a person, with the line to change where a program that can be read says the value. */
function suggestionText({ text, source }: FixNote): string {
  const head = `to fix by hand: ${text}\n`;
  if (source === undefined || !existsSync(source.file)) return head;
  const edit = suggestedEdit(readFileSync(source.file, "utf8"), source.line, source.change);
  if (edit === undefined) return head;
  return `${head}  ${source.file}:${String(edit.line)}\n  - ${edit.before.trim()}\n  + ${edit.after.trim()}\n`;
}

/** Writes what the fixes change, says so on standard error, and returns what is found afterwards. */
export function applyFixes(first: Checked, again: CheckAgain): Checked {
  const { checked, texts, made, suggested } = fixAll(first, again);
  writeFiles([...texts].map(([file, text]) => ({ file, text })));
  for (const { file, text } of made) process.stderr.write(`fixed: ${file ?? ""}: ${text}\n`);
  for (const note of suggested) process.stderr.write(suggestionText(note));
  if (made.length + suggested.length === 0) process.stderr.write("nothing to fix\n");
  return checked;
}

/** Shows as a diff what the fixes would change. */
export function showFixes(first: Checked, again: CheckAgain): void {
  const { texts, suggested } = fixAll(first, again);
  const before = new Map(first.analysis.files.map(({ file, text }) => [file, text]));
  for (const [file, text] of texts) process.stdout.write(unifiedDiff(file, before.get(file) ?? "", text));
  for (const note of suggested) process.stderr.write(suggestionText(note));
  if (texts.size + suggested.length === 0) process.stderr.write("nothing to fix\n");
}
