import type { Timing } from "../engine/report";

/** What of a run is going on, and how long each part took. */
export class Phases {
  private readonly done: Timing[] = [];
  private readonly began = performance.now();

  /** @param isShown whether to say on standard error what goes on; on a terminal only, never in CI */
  constructor(private readonly isShown: boolean) {}

  /** Runs one part. */
  run<T>(phase: string, work: () => T): T {
    this.show(phase);
    return this.measured(phase, work);
  }

  /** Runs the part that writes the answer, which nothing may stand before on the terminal. */
  report(work: () => void): void {
    this.measured("report", work);
  }

  private measured<T>(phase: string, work: () => T): T {
    const began = performance.now();
    try {
      return work();
    } finally {
      this.done.push({ phase, ms: performance.now() - began });
      this.clear();
    }
  }

  get timings(): readonly Timing[] {
    const known = this.done.reduce((sum, { ms }) => sum + ms, 0);
    return [...this.done, { phase: "other", ms: Math.max(0, performance.now() - this.began - known) }];
  }

  /** A line that the next one replaces: the work itself holds the thread, so nothing could turn meanwhile. */
  private show(phase: string): void {
    if (!this.isShown) return;
    process.stderr.write(`\r\u001b[2K${phase} …`);
  }

  private clear(): void {
    if (this.isShown) process.stderr.write("\r\u001b[2K");
  }
}
