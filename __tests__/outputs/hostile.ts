import fc from "fast-check";
import type { Report } from "../../engine/report";

/** Pieces that mean something to some format, and what is invisible. */
const pieces = [
  ...Array.from("aZ0 .-_/:;,=+@#%&|<>\"'`\\~*[](){}$!?^"),
  ...[
    "\n",
    "\r",
    "\t",
    "\u0000",
    "\u001b[31m",
    "\u0007",
    "\u007f",
    "\u0085",
    "\u200b",
    "\u202e",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\ud800",
    "é",
    "漢",
    "🔴",
  ],
  ...[
    "<script>",
    "</testcase>",
    "]]>",
    "-->",
    "<!--",
    "&amp;",
    "%0A",
    "%25",
    "::error::x",
    "##[error]",
    "```",
    "@team",
    "#12",
    "=1+1",
    "\\N",
    "\\",
    "https://x",
    "| a |",
  ],
];

/** Names that nobody in good faith has. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(""));

/** Fields whose values are words of the report's own, or numbers in words. */
const fixed = new Set([
  ...[
    "kind",
    "state",
    "result",
    "severity",
    "outcome",
    "decidedBy",
    "direction",
    "status",
    "change",
    "summary",
    "protocol",
    "tier",
    "action",
  ],
  ...["goal", "layer", "isolated", "by", "helpUri", "fingerprint", "workloadKind"],
]);

/** A report with every name and message in it replaced: equal ones stay equal. */
export const hostile = (report: Report, texts: readonly string[]): Report => {
  const given = new Map<string, string>();
  const replaced = (value: unknown, key: string): unknown => {
    if (typeof value === "string") {
      if (fixed.has(key)) return value;
      // The number keeps apart what was apart, so that counts and rows stay what they are.
      if (!given.has(value)) given.set(value, `${texts[given.size % texts.length] ?? ""}${String(given.size)}`);
      return given.get(value);
    }
    if (Array.isArray(value)) return value.map((part) => replaced(part, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replaced(part, name)]));
  };
  return replaced(report, "") as Report;
};
