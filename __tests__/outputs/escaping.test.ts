/** Names come from files that anybody can write: whatever they are, each format says them and nothing else. */
import fc from "fast-check";
import type { CheckReport, DiffReport, Report } from "../../engine/report";
import { csvCell, csvSheet } from "../../outputs/csv";
import { type Format, formatsOf, renderReport } from "../../outputs";
import { printable, printableData } from "../../outputs/printable";
import { reportSchema } from "../../outputs/report-schema";
import { expectationMessage, findingMessage, isOpen } from "../../outputs/sentences";
import { propertyRuns } from "../property-runs";
import { csvRows, dotStrings } from "./parse-back";
import { hostile, hostileText } from "./hostile";
import { parsedSarif, sarifProblems } from "./sarif-schema";
import { stories } from "./stories";
import { junitProblems, unescaped } from "./xml";

const options = { color: false, version: "1.2.3", links: { source: "https://example.com/" } };
const texts = fc.array(hostileText, { minLength: 5, maxLength: 20 });

/** Random names in the stories that a format can show. */
const reportsFor = (format: Format): fc.Arbitrary<Report> =>
  fc
    .tuple(fc.constantFrom(...Object.values(stories).filter(({ kind }) => formatsOf(kind).includes(format))), texts)
    .map(([report, names]) => hostile(report, names));

const always = (format: Format, property: (report: Report, text: string) => void, usual = 100): void => {
  const each = fc.property(reportsFor(format), (report) => {
    property(report, renderReport(report, format, options));
  });
  fc.assert(each, { numRuns: propertyRuns(usual) });
};

test("JSON gives the report back, and stays valid", () => {
  always("json", (report, text) => {
    const { schemaVersion: _version, tool: _tool, ...back } = JSON.parse(text) as Record<string, unknown>;
    expect(back).toEqual(JSON.parse(JSON.stringify(report)));
    expect(reportSchema.safeParse(JSON.parse(text)).error).toBeUndefined();
  });
});

test("CSV gives every cell back, and no cell is a formula", () => {
  always("csv", (report, text) => {
    const rows = csvRows(text);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    expect(rows.flat().filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    if (report.kind === "check" || report.kind === "suggest") return;
    const sheet = csvSheet(report, false);
    const guarded = (cell: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell);
    expect(rows).toEqual([sheet!.columns, ...sheet!.rows].map((row) => row.map(guarded)));
    if (report.kind === "diff")
      expect(cellsOf(rows, "after possible")).toEqual(report.connections.map(({ after }) => guarded(after.possible)));
    if (report.kind === "list") {
      expect(cellsOf(rows, "certain")).toEqual(report.connections.map(({ connections }) => guarded(connections.certain)));
    }
  });
});

/** One column of a CSV file. */
const cellsOf = ([head = [], ...rows]: readonly (readonly string[])[], column: string): readonly (string | undefined)[] =>
  rows.map((row) => row[head.indexOf(column)]);

test("a cell that would be a formula is guarded, and quoted where it has to be", () => {
  expect(csvCell('=cmd|"/c calc"')).toBe('"\'=cmd|""/c calc"""');
  expect(csvCell("-1")).toBe("'-1");
  expect(csvCell("a,b")).toBe('"a,b"');
  expect(csvCell("shop/web")).toBe("shop/web");
});

test("SARIF is valid, and has every message", () => {
  always("sarif", (report, text) => {
    const log = parsedSarif(text);
    expect(sarifProblems(log)).toEqual([]);
    if (report.kind !== "check") return;
    const messages = log.runs[0]!.results!.map(({ message }) => message.text);
    const { findings } = printableData(report);
    expect(messages).toEqual(expect.arrayContaining(findings.filter(isOpen).map(findingMessage)));
  });
});

test("JUnit is XML that is valid, and names every expectation", async () => {
  const documents: string[] = [];
  always(
    "junit",
    (report, text) => {
      documents.push(text);
      if (report.kind !== "check") return;
      const names = [...text.matchAll(/<testcase name="([^"]*)" classname="netpol.expectations"/g)].map(([, name]) => unescaped(name!));
      expect(names).toEqual(printableData(report).expectations.map(({ id, statement }) => `${id}: ${statement}`));
    },
    40,
  );
  expect(await junitProblems(documents)).toEqual([]);
});

test("every line of the GitHub format is one command, whose properties and message come back", () => {
  const command = /^::(error|warning|notice) ((?:(?:file|line|col|title)=[^:,\r\n]+,?)+)::([^\r\n]*)$/;
  always("github", (report, text) => {
    const lines = text.trimEnd().split("\n");
    expect(lines.filter((line) => !command.test(line))).toEqual([]);
    const messages = lines.map((line) => decoded(command.exec(line)![3]!));
    const [wanted] = printableData(report as CheckReport | DiffReport).kind === "check" ? failing(report as CheckReport) : [];
    if (wanted !== undefined) expect(messages).toContain(wanted);
  });
});

const decoded = (text: string): string => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
const failing = (report: CheckReport): readonly string[] =>
  printableData(report)
    .expectations.filter(({ result }) => result === "failed")
    .map(expectationMessage);

test("a graph is only what the DOT language says, and has every name as it is", () => {
  always("dot", (report, text) => {
    const { strings, rest } = dotStrings(text);
    expect(rest).toMatch(/^digraph netpol \{\n( {2,4}(graph|node|edge|subgraph|label=|§|\}).*\n)+\}\n$/);
    expect(rest.replace(/§/g, "")).not.toMatch(/["\\]/);
    if (report.kind !== "diff" || report.connections.length === 0) return;
    const { from, to } = printableData(report).connections[0]!;
    expect(strings).toEqual(expect.arrayContaining([from.name, to.name]));
  });
});

test("a comment has no HTML, no mention, no reference and no table cell but its own", () => {
  always("markdown", (_report, text) => {
    const prose = withoutFences(text);
    expect(prose.replace(/<\/?(details|summary|code)>/g, "")).not.toMatch(/</);
    expect(prose).not.toMatch(/@(?!&#8203;)/);
    expect(prose.replace(/&#\d+;|\(https:\/\/\S+\)/g, "¤")).not.toMatch(/#\d/);
    expect(prose.replace(/\]\(https:\/\/[^)\s]*\)/g, "]")).not.toMatch(/https?:\/\//);
    for (const table of prose
      .trimEnd()
      .split("\n\n")
      .filter((block) => block.startsWith("| "))) {
      const columns = table.split("\n").map((row) => row.replace(/\\./g, "").split("|").length);
      expect({ table, columns }).toEqual({ table, columns: columns.map(() => columns[0]) });
    }
  });
});

/** Text without fenced code, whose fences must be longer than any inside. */
const withoutFences = (text: string): string => text.replace(/^(`{3,})yaml\n[\s\S]*?\n\1$/gm, "");

test.each(["text", "table", "markdown", "github", "dot", "junit"] as const)("nothing invisible is in %s", (format) => {
  always(
    format,
    (_report, text) => {
      const visible = text.replaceAll("\n", "");
      expect(visible).toBe(printable(visible));
    },
    20,
  );
});

test.each(["text", "table"] as const)("no line of %s is a command to a log", (format) => {
  always(
    format,
    (_report, text) => {
      expect(text).not.toMatch(/^\s*::/m);
      expect(text).not.toContain("##[");
    },
    20,
  );
});

test("printable text has nothing invisible, and is itself where there was nothing", () => {
  const property = fc.property(hostileText, (text) => {
    expect(printable(text)).toMatch(/^[^\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e]*$/u);
    expect(printable(printable(text))).toBe(printable(text));
  });
  fc.assert(property, { numRuns: propertyRuns(200) });
  expect(printable("shop/web → é 漢")).toBe("shop/web → é 漢");
  expect(printable("\u001b[31m")).toBe("\\u001b[31m");
});
