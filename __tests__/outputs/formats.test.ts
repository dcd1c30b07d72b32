/** Which format shows which report, and what is said where it cannot. */
import { formats, formatsOf, renderReport, UnsupportedFormatError } from "../../outputs";
import { stories } from "./stories";

const options = { color: false, version: "1.2.3" };
const matrix = stories["matrix-of-workloads"]!;

test("a format that cannot show a report says what can", () => {
  expect(() => renderReport(matrix, "sarif", options)).toThrow(new UnsupportedFormatError("sarif", "matrix"));
  expect(new UnsupportedFormatError("sarif", "matrix").message).toBe(
    "`sarif` cannot show a matrix; use text, table, json, markdown or csv",
  );
});

test.each(Object.entries(stories))("%s is shown by the formats that are named for it, and by no other", (_name, report) => {
  const shown = formats.filter((format) => {
    try {
      return renderReport(report, format, options).endsWith("\n");
    } catch (error) {
      expect(error).toBeInstanceOf(UnsupportedFormatError);
      return false;
    }
  });
  expect(shown).toEqual(formatsOf(report.kind));
});

test.each(Object.entries(stories))("%s is the same text each time, and is not changed by being rendered", (_name, report) => {
  const copy = structuredClone(report);
  const render = () => formatsOf(report.kind).map((format) => renderReport(report, format, options));
  expect(render()).toEqual(render());
  expect(report).toEqual(copy);
});

test.each(Object.entries(stories))("the text of %s is at most 100 columns wide, and has no colour unless asked for", (_name, report) => {
  const text = renderReport(report, "text", { ...options, width: 400 });
  expect(text.split("\n").filter((line) => [...line].length > 100)).toEqual([]);
  expect(text).not.toContain("\u001b");
});

test("colour adds escapes and nothing else", () => {
  const report = stories["opened-to-the-internet"]!;
  const coloured = renderReport(report, "text", { ...options, color: true });
  expect(coloured).toContain("\u001b[31m");
  // eslint-disable-next-line no-control-regex -- what colours are made of
  expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(renderReport(report, "text", options));
});

test.each(["text", "table", "markdown"] as const)("enforcement is said before anything else in %s", (format) => {
  const first = renderReport(stories["why-denied"]!, format, options)
    .split("\n")
    .find((line) => line !== "" && !line.startsWith("#"));
  expect(first).toMatch(/enforcement:.*NOT enforced/i);
});

test("suppressed findings are shown only when asked for", () => {
  const report = stories["opened-to-the-internet"]!;
  for (const format of ["text", "sarif", "csv", "markdown", "table"] as const) {
    expect(renderReport(report, format, options)).not.toContain("front-door");
    expect(renderReport(report, format, { ...options, showSuppressed: true })).toContain("front-door");
  }
});
