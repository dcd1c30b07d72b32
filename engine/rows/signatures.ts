import type { Applies, AppliesTo } from "../matching/applied-policies";
import type { PodGroup } from "../matching/pod-groups";
import type { ClusterRuleMatch, RuleMatch } from "../matching/rule-matching";
import { type Direction, directions } from "../model";
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

type Known = Readonly<Record<Direction, (string | undefined)[]>>;

/** Signatures that were found before an edit, and the groups that it changed. */
interface Past {
  readonly known: Known;
  readonly except: ReadonlySet<number>;
}

/** After so many edits signatures are copied: to look for them in each past would take longer. */
const mostPasts = 8;

/** What decides about rows, as texts. Ends of one signature have one row: the same policies apply, and names stand for the same ports. */
export class Signatures {
  private readonly known: Known = { ingress: [], egress: [] };
  /** The last one first. What is found there later on serves as well. */
  private readonly pasts: readonly Past[];

  /** @param earlier signatures of the same groups but for some. @default none are known */
  constructor(
    private readonly signed: Signed,
    earlier?: { readonly signatures: Signatures; readonly except: ReadonlySet<number> },
  ) {
    this.pasts = earlier === undefined ? [] : [{ known: earlier.signatures.known, except: earlier.except }, ...earlier.signatures.pasts];
    if (this.pasts.length <= mostPasts) return;
    for (const direction of directions) {
      const groups = Math.max(...this.pasts.map(({ known }) => known[direction].length));
      for (let group = 0; group < groups; group++) this.known[direction][group] = this.fromPast(group, direction);
    }
    this.pasts = [];
  }

  of(group: PodGroup, direction: Direction): string {
    const { index } = group;
    return (this.known[direction][index] ??= this.fromPast(index, direction) ?? this.found(group, direction));
  }

  private fromPast(group: number, direction: Direction): string | undefined {
    for (const { known, except } of this.pasts) {
      if (except.has(group)) return undefined;
      const signature = known[direction][group];
      if (signature !== undefined) return signature;
    }
    return undefined;
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
