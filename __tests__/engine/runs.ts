/**
 * How many random cases to try and with which seed. `FC_RUNS` is the number of random clusters; `FC_SEED` replays
 * a run whose seed was printed.
 */
import { randomInt } from "node:crypto";
import fc from "fast-check";

/** Runs per property, unless FC_RUNS says otherwise. */
export function runs(fallback: number): number {
  return numberFrom("FC_RUNS") ?? fallback;
}

/** Checks a property with a seed that is printed with the number of cases, so that any run can be repeated. */
export function check<T>(title: string, cases: number, property: fc.IProperty<T>): void {
  const seed = numberFrom("FC_SEED") ?? randomInt(2 ** 31);
  process.stdout.write(`${title}: ${String(cases)} random clusters, FC_SEED=${String(seed)}\n`);
  fc.assert(property, { seed, numRuns: cases });
}

function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${variable} is \`${text}\`, give a whole number`);
  return value;
}
