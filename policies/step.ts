/** How far the experiment has come: 1 no policy, 2 default deny, 3 the frontend is let in again. */
export type Step = 1 | 2 | 3;

/** Every step, in order. */
export const steps: readonly Step[] = [1, 2, 3];

/** What is in place at each step. */
export const stepTitles: Readonly<Record<Step, string>> = {
  1: "workloads, no policy",
  2: "default deny in backend",
  3: "the frontend is let in",
};
