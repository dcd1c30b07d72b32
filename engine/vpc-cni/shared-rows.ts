import type { Interpretation } from "../interpretation";
import { CniRows, type RowDeviation, rowDeviations } from "./cni-rows";
import { type ContributionDeviation, contributionDeviations, Contributions } from "./contributions";
import type { Deviation } from "./deviation";
import type { Ground } from "./ground";
import { PodIdentifiers } from "./pod-identifiers";

/** What evaluators of one cluster have in common: a deviation that is switched off leaves alone what it does not touch. */
export class SharedRows {
  private readonly rows = new Map<string, CniRows>();
  private readonly contributions = new Map<string, Contributions>();
  private readonly identifiers = new Map<string, PodIdentifiers>();

  rowsOf(ground: Ground, active: ReadonlySet<Deviation>, interpretation: Interpretation): CniRows {
    const mine = among<RowDeviation>(active, rowDeviations);
    return remembered(this.rows, keyOf(ground, mine, interpretation), () => {
      const contributions = this.contributionsOf(ground, active, interpretation);
      return new CniRows(ground, mine, interpretation, contributions);
    });
  }

  identifiersOf(ground: Ground, active: ReadonlySet<Deviation>): PodIdentifiers {
    const mine = among<Deviation>(active, ["L-04", "L-05"]);
    return remembered(
      this.identifiers,
      [...mine].join(),
      () => new PodIdentifiers(ground.evaluation.cluster.workloads, ground.settings, mine),
    );
  }

  private contributionsOf(ground: Ground, active: ReadonlySet<Deviation>, interpretation: Interpretation): Contributions {
    const mine = among<ContributionDeviation>(active, contributionDeviations);
    const make = (): Contributions => new Contributions(ground, mine, interpretation);
    return remembered(this.contributions, keyOf(ground, mine, interpretation), make);
  }
}

const among = <Some extends Deviation>(active: ReadonlySet<Deviation>, wanted: readonly Some[]): ReadonlySet<Some> =>
  new Set(wanted.filter((each) => active.has(each)));

const keyOf = ({ evaluation, packets }: Ground, active: ReadonlySet<Deviation>, interpretation: Interpretation): string =>
  `${packets} ${String(evaluation.interpretations.indexOf(interpretation))} ${[...active].join()}`;

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
