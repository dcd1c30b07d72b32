import type { Evaluation } from "../evaluation";
import type { Version } from "./excess";
import type { Interpretation, PolicyEdit } from "../interpretation";
import type { ClusterRule, Direction, Rule } from "../model";
import type { PodGroup } from "../matching/pod-groups";
import { type PolicyPart, ruleWithout } from "./policy-parts";
import type { Row } from "../rows/rows";
import type { RuleMatch } from "../matching/rule-matching";

/** The rows of an evaluated cluster as they would be without some parts of its policies. */
export class EditedRows implements Version {
  /** By reading and direction, then by group. */
  private readonly byGroup = new Map<string, (Row | undefined)[]>();
  private readonly bySignature = new Map<string, Row>();
  private readonly edits = new Map<number, PolicyEdit>();
  private readonly byPolicy = new Map<string, PolicyPart[]>();

  constructor(
    private readonly evaluation: Evaluation,
    parts: readonly PolicyPart[],
  ) {
    for (const part of parts) {
      const key = policyKey(part.list, part.policy);
      this.byPolicy.set(key, [...(this.byPolicy.get(key) ?? []), part]);
    }
  }

  row(reading: number, group: PodGroup, direction: Direction): Row {
    const key = `${direction}${String(reading)}`;
    const rows = this.byGroup.get(key) ?? [];
    this.byGroup.set(key, rows);
    return (rows[group.index] ??= this.newRow(reading, group, direction));
  }

  private newRow(reading: number, group: PodGroup, direction: Direction): Row {
    const interpretation = this.evaluation.interpretations[reading] as Interpretation;
    if (!this.isTouched(interpretation, group, direction)) return interpretation.row(group, direction);
    const key = `${String(reading)} ${interpretation.signatureOf(group, direction)}`;
    const row = this.bySignature.get(key) ?? interpretation.rowAfter(group, direction, this.editOf(reading, interpretation));
    this.bySignature.set(key, row);
    return row;
  }

  private isTouched(interpretation: Interpretation, group: PodGroup, direction: Direction): boolean {
    if (this.byPolicy.size === 0) return false;
    const { networkPolicies, clusterPolicies } = interpretation.appliesTo(group, direction);
    const touches = (list: PolicyPart["list"], policy: number): boolean =>
      this.partsIn(list, policy).some(({ rule }) => rule === undefined || rule.direction === direction);
    return (
      networkPolicies.some(({ policy }) => touches("policies", policy)) ||
      clusterPolicies.some(({ policy }) => touches("clusterPolicies", policy))
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
    return this.byPolicy.get(policyKey(list, policy)) ?? [];
  }
}

const policyKey = (list: PolicyPart["list"], policy: number): string => `${list} ${String(policy)}`;

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
