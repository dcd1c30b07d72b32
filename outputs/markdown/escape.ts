import type { Location } from "../../engine/model";
import type { ReportInput } from "../../engine/report";
import type { Links } from "../options";
import { sourcePlace, uriPath } from "../source-place";
import { place } from "../reasons";

/**
 * Text from an input inside GitHub Markdown: it is shown as it is, and is never markup, HTML, a mention, a reference to an issue, a link or
 * the end of a table cell.
 */
export const escaped = (text: string): string =>
  text
    .replace(/[\\`*_~[\]|]/g, "\\$&")
    .replace(/[&<>$]/g, (character) => `&#${String(character.charCodeAt(0))};`)
    .replace(/#(?=\d)/g, "#&#8203;")
    .replace(/@/g, "@&#8203;")
    .replace(/:(?=\/\/)/g, "&#58;")
    .replace(/\bwww\./gi, (start) => `${start.slice(0, 3)}&#46;`)
    .replace(/\r\n|[\r\n]/g, " ");

/** The longest text that one name or message may take, as Markdown: a name of a megabyte must not push everything else out. */
export const longestText = 600;

/** Escaped text, and what is between backticks as code: messages quote names so. Cut where it gets too long. */
export function prose(text: string, longest = longestText): string {
  // Escaped text is never shorter.
  if (text.length > longest) return cut(text, longest);
  const parts = text.split("`");
  const isPaired = parts.length % 2 === 1;
  const written = parts.map((part, index) => (isPaired && index % 2 === 1 ? `<code>${escaped(part)}</code>` : escaped(part)));
  const whole = isPaired ? written.join("") : escaped(text);
  return whole.length <= longest ? whole : cut(text, longest);
}

/** As many characters as fit, as plain text. */
function cut(text: string, longest: number): string {
  let shorter = [...text.slice(0, longest)];
  while (shorter.length > 0 && escaped(shorter.join("")).length > longest - 1) shorter = shorter.slice(0, Math.floor(shorter.length * 0.8));
  return `${escaped(shorter.join(""))}…`;
}

/** A table of GitHub Markdown. Cells are Markdown already. */
export const table = (columns: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${columns.join(" | ")} |`,
  `|${columns.map(() => " --- |").join("")}`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
];

/** A part that is closed until somebody opens it. Blank lines around, or GitHub takes what is inside for HTML. */
export const details = (summary: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`<details><summary>${summary}</summary>`, "", ...lines, "", "</details>"];

/** Code of a language. The fence is longer than any run of backticks inside. */
export function fenced(language: string, code: string): readonly string[] {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, ...code.trimEnd().split("\n"), fence];
}

/** Where something was written, in parentheses after a space; empty where nothing is known. */
export type PlaceText = (location: Location | undefined) => string;

/** Places as links, where files can be looked at and the file is one that people wrote. */
export const placeLinks =
  (inputs: readonly ReportInput[], { source }: Links = {}): PlaceText =>
  (location = {}) => {
    const text = place(location);
    const at = sourcePlace(location, inputs);
    if (text === "") return "";
    if (source === undefined || at === undefined) return ` (${prose(text)})`;
    return ` ([${prose(text)}](${source}${uriPath(at.file)}#L${String(at.line)}))`;
  };
