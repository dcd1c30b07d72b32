import { configureGlobal } from "fast-check";

/**
 * How many random cases a property gets: `usual` on each change, and at least as many as the environment variable FC_RUNS asks for in a long run.
 */
export const propertyRuns = (usual: number): number => Math.max(usual, integerFrom("FC_RUNS") ?? 0);

/** The seed that FC_SEED asks for, to repeat a run. Absent: each property draws its own, and prints it when it fails. */
export const propertySeed = (): number | undefined => integerFrom("FC_SEED");

function integerFrom(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === "") return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new Error(`environment variable ${name} is \`${text}\`: give it a whole number`);
  return Number(text);
}

// Loaded before every test file (jest.config.js), so that a property without settings of its own follows the environment too.
const seed = propertySeed();
configureGlobal({ numRuns: propertyRuns(100), ...(seed === undefined ? {} : { seed }) });
