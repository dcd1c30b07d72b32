import type { Evaluation } from "../evaluation";
import type { Version } from "./excess";
import type { Interpretation } from "../interpretation";
import type { PolicyEdit } from "../rows/policy-edit";
import { type ClusterRule, type Direction, directions, type Rule } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { type PolicyPart, ruleWithout } from "./policy-parts";
import type { Row } from "../rows/rows";
import type { RuleMatch } from "../matching/rule-matching";

/** The rows of an evaluated cluster as they would be without some parts of its policies. */
export class EditedRows implements Version {
  /** By reading and direction, then by group. */
  private readonly byGroup = new Map<string, Map<number, Row>>();
  private readonly bySignature = new Map<string, Row>();
  private readonly edits = new Map<number, PolicyEdit>();
  private readonly taken: Taken = { policies: new Map(), clusterPolicies: new Map() };

  constructor(
    private readonly evaluation: Evaluation,
    parts: readonly PolicyPart[],
    /** What is gone already. Rows that the parts do not touch are those of the base, which must not change any more while these rows are used. */
    private readonly base?: EditedRows,
  ) {
    for (const part of parts) this.take(part);
  }

  private take(part: PolicyPart): void {
    const mine = this.taken[part.list];
    mine.set(part.policy, [...(mine.get(part.policy) ?? []), part]);
  }

  /** Takes out one more part, whose subjects are given; rows that it does not touch are kept. */
  takeMore(part: PolicyPart, subjects: Readonly<Record<Direction, readonly PodGroup[]>>): void {
    this.take(part);
    this.bySignature.clear();
    for (const reading of this.evaluation.interpretations.keys()) {
      for (const direction of directions) {
        for (const { index } of subjects[direction]) this.byGroup.get(`${direction}${String(reading)}`)?.delete(index);
      }
    }
  }

  row(reading: number, group: PodGroup, direction: Direction): Row {
    const key = `${direction}${String(reading)}`;
    const rows = this.byGroup.get(key) ?? new Map<number, Row>();
    this.byGroup.set(key, rows);
    const row = rows.get(group.index) ?? this.newRow(reading, group, direction);
    rows.set(group.index, row);
    return row;
  }

  private newRow(reading: number, group: PodGroup, direction: Direction): Row {
    const interpretation = this.evaluation.interpretations[reading] as Interpretation;
    if (!this.isTouched(interpretation, group, direction)) {
      return this.base === undefined ? interpretation.row(group, direction) : this.base.row(reading, group, direction);
    }
    const key = `${String(reading)} ${interpretation.signatureOf(group, direction)}`;
    const row = this.bySignature.get(key) ?? interpretation.rowAfter(group, direction, this.editOf(reading, interpretation));
    this.bySignature.set(key, row);
    return row;
  }

  private isTouched(interpretation: Interpretation, group: PodGroup, direction: Direction): boolean {
    const { policies, clusterPolicies } = this.taken;
    if (policies.size === 0 && clusterPolicies.size === 0) return false;
    const applying = interpretation.appliesTo(group, direction);
    const touches = (parts: readonly PolicyPart[] | undefined): boolean =>
      parts?.some(({ rule }) => rule === undefined || rule.direction === direction) ?? false;
    return (
      applying.networkPolicies.some(({ policy }) => touches(policies.get(policy))) ||
      applying.clusterPolicies.some(({ policy }) => touches(clusterPolicies.get(policy)))
    );
  }

  private editOf(reading: number, interpretation: Interpretation): PolicyEdit {
    const known = this.edits.get(reading);
    if (known !== undefined) return known;
    const { policies, clusterPolicies } = this.evaluation.cluster;
    const edit: PolicyEdit = {
      rules: (policy, direction, rules) => {
        const parts = this.partsIn("policies", policy);
        return isGone(parts) ? undefined : editedRules(interpretation, parts, direction, policies[policy]?.[direction], rules);
      },
      clusterRules: (policy, direction, rules) => {
        const parts = this.partsIn("clusterPolicies", policy);
        if (isGone(parts)) return undefined;
        const left = editedRules(interpretation, parts, direction, clusterPolicies[policy]?.[direction], rules);
        // A cluster-wide policy without rules in a direction does not apply in it.
        return left.length === 0 ? undefined : left;
      },
    };
    this.edits.set(reading, edit);
    return edit;
  }

  private partsIn(list: PolicyPart["list"], policy: number): readonly PolicyPart[] {
    const mine = this.taken[list].get(policy) ?? [];
    const before = this.base?.partsIn(list, policy) ?? [];
    return before.length === 0 ? mine : mine.length === 0 ? before : [...before, ...mine];
  }
}

/** Parts by the place of their policy in its list. */
type Taken = Readonly<Record<PolicyPart["list"], Map<number, readonly PolicyPart[]>>>;

const isGone = (parts: readonly PolicyPart[]): boolean => parts.some(({ rule }) => rule === undefined);

/** What is left of rules that were looked up already, `written` being the same rules in the model. */
function editedRules<M extends RuleMatch>(
  interpretation: Interpretation,
  parts: readonly PolicyPart[],
  direction: Direction,
  written: readonly (Rule | ClusterRule)[] | undefined,
  rules: readonly M[],
): readonly M[] {
  if (parts.length === 0) return rules;
  return rules.flatMap((match, index) => {
    const mine = parts.filter(({ rule }) => rule?.direction === direction && rule.index === index);
    const rule = written?.[index];
    const [left] = rule === undefined || mine.length === 0 ? [rule] : ruleWithout(rule, mine);
    if (left === undefined) return [];
    if (left === rule) return [match];
    const isTaken = (peer: number): boolean => mine.some(({ entry }) => entry?.of === "peers" && entry.index === peer);
    const peers = match.peers?.filter((_, peer) => !isTaken(peer));
    return [{ ...match, peers, ports: left.ports === rule?.ports ? match.ports : interpretation.ports.ports(left.ports) }];
  });
}
