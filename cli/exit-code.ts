import type { GateResult } from "../engine/report";

/** What the process tells its caller. Documented, and never changed. */
export const exitCodes = { passed: 0, failed: 1, cannotRun: 2, undecided: 3 } as const;

/** The exit code of a gate result. */
export const exitCodeOf = (result: GateResult["result"]): number => exitCodes[result];
