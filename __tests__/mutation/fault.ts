/** One deliberate mistake in the code that decides. */
export interface Fault {
  /** The file, from the root of the project. */
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** What the engine gets wrong with it. */
  readonly why: string;
}

/** The faults of one file, each with why, from and to. */
export const inFile = (file: string, ...faults: readonly (readonly [why: string, from: string, to: string])[]): readonly Fault[] =>
  faults.map(([why, from, to]) => ({ file, from, to, why }));
