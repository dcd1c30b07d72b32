// usage: count-tests.mjs REPORT EXIT_STATUS
// Reads jest's JSON report. First line: passed, failed and skipped, as three numbers; after it, what a person must not overlook.
import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";

const [path, exitStatus] = process.argv.slice(2);
const report = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : { testResults: [] };

const fileOf = (suite) => relative(process.cwd(), suite.name);
const tests = report.testResults.flatMap((suite) => suite.assertionResults.map((test) => ({ ...test, file: fileOf(suite) })));
const brokenFiles = report.testResults.filter(
  (suite) => suite.status === "failed" && suite.assertionResults.every((test) => test.status !== "failed"),
);

const passed = tests.filter((test) => test.status === "passed");
const failed = tests.filter((test) => test.status === "failed");
const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");

const lines = [
  ...failed.map((test) => `FAILED ${test.file}: ${test.fullName}`),
  ...brokenFiles.map((suite) => `FAILED ${fileOf(suite)}: the file did not run to its end`),
  ...skipped.map((test) => `SKIPPED ${test.file}: ${test.fullName}`),
];

let failures = failed.length + brokenFiles.length;
if (tests.length === 0 && failures === 0) {
  lines.push("FAILED: no test was reported");
  failures = 1;
} else if (exitStatus !== "0" && failures === 0) {
  lines.push(`FAILED: every test passed, and still jest ended with ${exitStatus}`);
  failures = 1;
}

console.log([`${passed.length} ${failures} ${skipped.length}`, ...lines].join("\n"));
