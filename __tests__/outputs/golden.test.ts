/**
 * What readers see, byte for byte: one folder for each story under `golden/`, one file for each format. `UPDATE_GOLDEN=1` writes them, for a
 * person to review; CI only compares.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Format, formatsOf, renderReport } from "../../outputs";
import { stories } from "./stories";

const folder = join(__dirname, "golden");
const isWriting = process.env.UPDATE_GOLDEN === "1" && !process.env.CI;

/** How each format is called in a story's folder. */
const fileOf: Readonly<Record<Format, string>> = {
  text: "report.txt",
  table: "table.txt",
  json: "report.json",
  sarif: "report.sarif.json",
  junit: "junit.xml",
  github: "annotations.txt",
  markdown: "report.md",
  csv: "report.csv",
  dot: "graph.dot",
};

const options = {
  color: false,
  version: "1.2.3",
  time: "2026-11-23T10:11:12Z",
  links: { source: "https://example.com/blob/abc/", run: "https://example.com/run/1" },
};

const cases = Object.entries(stories).flatMap(([story, report]) => formatsOf(report.kind).map((format) => ({ story, report, format })));

test.each(cases)("$story as $format", ({ story, report, format }) => {
  const path = join(folder, story, fileOf[format]);
  const text = renderReport(report, format, options);
  if (isWriting) {
    mkdirSync(join(folder, story), { recursive: true });
    writeFileSync(path, text);
  }
  if (!existsSync(path)) throw new Error(`${path} is missing: look at what is rendered, then write it with UPDATE_GOLDEN=1`);
  expect(text).toBe(readFileSync(path, "utf8"));
});

test("no golden file is left that nothing writes", () => {
  const written = cases.map(({ story, format }) => `${story}/${fileOf[format]}`);
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  expect(found.sort()).toEqual(written.sort());
});
