/**
 * How many random cases a property gets, and from which seed. Two environment variables decide:
 *
 * - `FC_RUNS`: the cases of a property of ordinary cost, 100 on each change. Properties that are given more or fewer follow in proportion, so
 *   `FC_RUNS=2000` is a run twenty times as long. It never lowers a number: some tests count what they have met.
 * - `FC_SEED`: the seed of a run that is to be repeated. Without it each property draws its own.
 *
 * Loaded before every test file (jest.config.js), so that a property without settings of its own follows the environment too.
 */
import { randomInt } from "node:crypto";
import fc from "fast-check";

/** The cases of a property of ordinary cost on each change; fast-check's own default. */
const ordinary = 100;

/** How many cases a property gets that has `usual` ones on each change. */
export const propertyRuns = (usual: number): number => Math.round(usual * Math.max(1, (integerFrom("FC_RUNS") ?? ordinary) / ordinary));

/** The seed that FC_SEED asks for, to repeat a run. Absent: each property draws its own, and prints it when it fails. */
export const propertySeed = (): number | undefined => integerFrom("FC_SEED");

/**
 * Checks a property on `usual` cases, more in a long run, and prints the seed beside their number: a run that passed can be repeated too.
 */
export function check<T>(title: string, usual: number, property: fc.IProperty<T>): void {
  const numRuns = propertyRuns(usual);
  const seed = propertySeed() ?? randomInt(2 ** 31);
  process.stdout.write(`${title}: ${String(numRuns)} random cases, FC_SEED=${String(seed)}\n`);
  fc.assert(property, { seed, numRuns });
}

function integerFrom(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === "") return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new Error(`environment variable ${name} is \`${text}\`: give it a whole number`);
  return Number(text);
}

const seed = propertySeed();
fc.configureGlobal({ numRuns: propertyRuns(ordinary), ...(seed === undefined ? {} : { seed }) });
