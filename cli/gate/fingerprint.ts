import { createHash } from "node:crypto";
import { fingerprintSource } from "../../engine/lint";
import type { LintResult } from "../../engine/lint";

/** Names a finding by what it is about: the same after moves, new lines and renamed constructs. */
export const fingerprintOf = (result: LintResult): string =>
  createHash("sha256").update(fingerprintSource(result)).digest("hex").slice(0, 32);
