import type { Applies, AppliesTo } from "../matching/applied-policies";
import type { PodGroup } from "../matching/pod-groups";
import type { ClusterRuleMatch, RuleMatch } from "../matching/rule-matching";
import type { Direction } from "../model";
import type { PortMeanings } from "./port-meanings";

/** What signatures are made of. Policies are told by their place in the cluster's lists. */
interface Signed {
  readonly meanings: PortMeanings;
  appliesTo(group: PodGroup, direction: Direction): AppliesTo;
  rulesOf(policy: number, direction: Direction): readonly RuleMatch[];
  clusterRulesOf(policy: number, direction: Direction): readonly ClusterRuleMatch[];
  /** The same number for the same policy wherever it stands, and whatever else is edited. */
  numberOf(sort: keyof AppliesTo, policy: number): number;
}

interface Numbered extends Applies {
  readonly number: number;
}

/** What decides about rows, as texts. Ends of one signature have one row: the same policies apply, and names stand for the same ports. */
export class Signatures {
  private readonly known: Readonly<Record<Direction, (string | undefined)[]>>;

  /** @param earlier signatures of the same groups but for some. @default none are known */
  constructor(
    private readonly signed: Signed,
    earlier?: { readonly signatures: Signatures; readonly except: ReadonlySet<number> },
  ) {
    const kept = (direction: Direction): (string | undefined)[] =>
      earlier?.signatures.known[direction].map((signature, group) => (earlier.except.has(group) ? undefined : signature)) ?? [];
    this.known = { ingress: kept("ingress"), egress: kept("egress") };
  }

  of(group: PodGroup, direction: Direction): string {
    return (this.known[direction][group.index] ??= this.found(group, direction));
  }

  /** The policies alone: on one pod group, names always stand for the same ports. */
  ofPolicies(group: PodGroup, direction: Direction): string {
    const { own, wide } = this.policies(group, direction);
    return `${listed(own)}|${listed(wide)}`;
  }

  private found(group: PodGroup, direction: Direction): string {
    const { own, wide } = this.policies(group, direction);
    // For ingress, names are resolved on the subject itself, so what they stand for belongs to the signature.
    const names = direction === "ingress" ? this.meaningOfNames(own, wide, group) : "";
    return `${direction}|${listed(own)}|${listed(wide)}|${names}`;
  }

  private policies(group: PodGroup, direction: Direction): Readonly<Record<"own" | "wide", readonly Numbered[]>> {
    const { networkPolicies, clusterPolicies } = this.signed.appliesTo(group, direction);
    return { own: this.inOrder("networkPolicies", networkPolicies), wide: this.inOrder("clusterPolicies", clusterPolicies) };
  }

  /** In an order that does not depend on where policies stand. */
  private inOrder(sort: keyof AppliesTo, applies: readonly Applies[]): readonly Numbered[] {
    const numbered = applies.map((each) => ({ ...each, number: this.signed.numberOf(sort, each.policy) }));
    return numbered.length < 2 ? numbered : numbered.sort((a, b) => a.number - b.number);
  }

  private meaningOfNames(own: readonly Numbered[], wide: readonly Numbered[], group: PodGroup): string {
    const { meanings } = this.signed;
    let text = "";
    for (const { policy } of own) text += meanings.text(this.signed.rulesOf(policy, "ingress"), group);
    for (const { policy } of wide) text += meanings.text(this.signed.clusterRulesOf(policy, "ingress"), group);
    return text;
  }
}

function listed(policies: readonly Numbered[]): string {
  let text = "";
  for (const { number, isCertain } of policies) text += `${String(number)}${isCertain ? "" : "?"},`;
  return text;
}
