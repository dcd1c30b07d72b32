/** A fault that cannot be planted would be counted as one that nobody looked for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { faults } from "./faults";

const root = join(__dirname, "..", "..");

test.each(faults.map((fault) => [fault.why, fault] as const))("can be planted: %s", (_why, { file, from, to }) => {
  const parts = readFileSync(join(root, file), "utf8").split(from);
  expect({ file, from, times: parts.length - 1, isOther: to !== from }).toEqual({ file, from, times: 1, isOther: true });
});
