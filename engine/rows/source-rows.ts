import { pairsFrom } from "./all-pairs";
import type { Evaluation } from "../evaluation";
import type { Interpretation } from "../interpretation";
import { Partition } from "./partition";
import { familiesOf, type PodGroup } from "../matching/pod-groups";
import type { Row } from "./rows";
import type { IndexSet } from "../sets/index-set";

/** What flows from a pod group to every other, whichever interpretation is the true one. */
export class SourceRows {
  /** Pod groups by the families they speak, written as one text. */
  private readonly byFamilies = new Map<string, IndexSet>();

  constructor(private readonly evaluation: Evaluation) {
    const { universe } = evaluation;
    const members = new Map<string, number[]>();
    for (const group of universe.groups.all) {
      const families = familiesOf(group).join();
      const list = members.get(families);
      if (list === undefined) members.set(families, [group.index]);
      else list.push(group.index);
    }
    for (const [families, list] of members) this.byFamilies.set(families, universe.of(list));
  }

  from(source: PodGroup): Row {
    const { table, universe, interpretations } = this.evaluation;
    const [only, ...others] = interpretations;
    if (only !== undefined && others.length === 0) return pairsFrom(only, table, source);
    let certain = Partition.constant(universe.size, table.all);
    let possible = Partition.constant(universe.size, table.none);
    for (const interpretation of interpretations) {
      const row = pairsFrom(interpretation, table, source);
      const silent = this.silentAbout(interpretation, source);
      // Where an interpretation says nothing, it takes nothing away and adds nothing.
      const kept = row.certain.after([{ where: silent, to: () => table.all }]);
      const added = row.possible.after([{ where: silent, to: () => table.none }]);
      certain = certain.zip(kept, (a, b) => table.intersect(a, b));
      possible = possible.zip(added, (a, b) => table.union(a, b));
    }
    return { certain, possible };
  }

  /** The groups about which an interpretation says nothing: those that share other families with the source, but not its own. */
  private silentAbout({ reading: { family } }: Interpretation, source: PodGroup): IndexSet {
    const { none } = this.evaluation.universe;
    if (family === undefined) return none;
    const mine = familiesOf(source);
    return [...this.byFamilies].reduce((silent, [families, groups]) => {
      const shared = families.split(",").filter((each) => mine.some((other) => other === each));
      return shared.length > 0 && !shared.includes(family) ? silent.union(groups) : silent;
    }, none);
  }
}
