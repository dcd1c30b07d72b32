import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { readYamlValue } from "../../inputs/yaml-value";
import { Failure, problemLine } from "../failure";
import { writeFiles } from "../write-files";

const schema = z.strictObject({
  version: z.literal(1),
  findings: z.array(z.strictObject({ fingerprint: z.string(), code: z.string(), subject: z.string() })),
});

/** A finding that was there before the tool was: it is reported, and fails nothing. */
export type BaselineEntry = z.infer<typeof schema>["findings"][number];

/** Reads a baseline; a file that is named and not there is a Failure, so that a gate is never looser than it was meant. */
export function readBaseline(file: string): readonly BaselineEntry[] {
  if (!existsSync(file)) throw new Failure(`baseline \`${file}\` is not there; make it with \`netpol baseline create\`, or leave it out`);
  const { value, problems } = readYamlValue(file, readFileSync(file, "utf8"), schema);
  if (value === undefined) throw new Failure(problems.map(problemLine).join("\n"));
  return value.value.findings;
}

/** Writes a baseline in the order of its fingerprints, so that two runs write the same file; returns how many there are. */
export function writeBaseline(file: string, findings: readonly BaselineEntry[]): number {
  const sorted = [...new Map(findings.map((each) => [each.fingerprint, each])).values()].toSorted((a, b) =>
    a.fingerprint < b.fingerprint ? -1 : 1,
  );
  writeFiles([{ file, text: `${JSON.stringify({ version: 1, findings: sorted }, null, 2)}\n` }]);
  return sorted.length;
}
