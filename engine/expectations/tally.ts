import type { ReportFlow } from "../report/parts";

/** How one expectation came out. */
export interface Tallied {
  readonly result: "passed" | "failed" | "undecided";
  readonly witness?: ReportFlow;
  readonly problem?: string;
  readonly pairs: number;
}

/** What one pair says of an expectation, with a flow that shows it, made only when it is needed. */
export interface PairResult {
  readonly result: "passed" | "failed" | "undecided";
  readonly witness?: () => ReportFlow | undefined;
  readonly problem?: string;
}

/** Adds up what pairs say: one failure fails all, else one that is undecided leaves all undecided. The first of the gravest is shown. */
export class Tally {
  private pairs = 0;
  private readonly first: Partial<Record<PairResult["result"], PairResult>> = {};

  add(pair: PairResult, pairs = 1): void {
    this.pairs += pairs;
    this.first[pair.result] ??= pair;
  }

  /** Whether a failure was found: of those that come after it, only the pairs count. */
  get hasFailed(): boolean {
    return this.first.failed !== undefined;
  }

  /** Pairs between which nothing has to be shown. */
  count(pairs: number): void {
    this.pairs += pairs;
  }

  result(): Tallied {
    const gravest = this.first.failed ?? this.first.undecided ?? this.first.passed;
    const witness = gravest?.witness?.();
    return {
      result: gravest?.result ?? "passed",
      pairs: this.pairs,
      ...(witness === undefined ? {} : { witness }),
      ...(gravest?.problem === undefined ? {} : { problem: gravest.problem }),
    };
  }
}
