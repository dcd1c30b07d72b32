import { implies } from "../../compare/selector-implication";
import type { Evaluation } from "../../evaluation";
import { type Direction, directions, isUnknown, type NetworkPolicy } from "../../model";
import { workloadIndex } from "../../matching/workload-index";
import { networkPolicyRef } from "../../reasons";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { meetingOutside, outsidersOf } from "../outside";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { selectedPods } from "../selected-pods";
import { witnessed } from "../witness";
import { nameOf, placed, policyObject } from "../words";

export const np102AllowAllBesideDefaultDeny: LintRule = {
  code: "NP102",
  name: "allow-all-beside-default-deny",
  title: "A rule allows everything to pods that a default deny closes, so the default deny has no effect",
  severity: "error",
  category: "correctness",
  check(context) {
    const { evaluation } = context;
    const denies = defaultDenies(evaluation);
    return writtenRules(evaluation)
      .filter(allowsAll)
      .flatMap((written) => {
        const { policy, direction } = written;
        if (isUnknown(policy.namespace)) return [];
        const undone = (denies.get(`${direction} ${policy.namespace}`) ?? []).filter(({ subject }) => implies(subject, policy.subject));
        const [deny] = undone;
        return deny === undefined ? [] : [finding(context, written, deny)];
      });
  },
};

const allowsAll = ({ policy, rule }: WrittenRule): boolean =>
  rule.peers === "any" && rule.ports === "any" && rule.unknown === undefined && policy.unknownDirections === undefined;

/** Policies that isolate a direction and allow nothing in it, by direction and namespace. */
function defaultDenies({ cluster }: Evaluation): ReadonlyMap<string, readonly NetworkPolicy[]> {
  const found = new Map<string, NetworkPolicy[]>();
  for (const policy of cluster.policies) {
    if (isUnknown(policy.namespace) || policy.unknownDirections !== undefined) continue;
    for (const direction of directions.filter((each) => policy[each]?.length === 0)) {
      const key = `${direction} ${policy.namespace}`;
      found.set(key, [...(found.get(key) ?? []), policy]);
    }
  }
  return found;
}

/** What to take away of a default deny so that it no longer claims to close a direction. */
function wayOut({ ingress, egress }: NetworkPolicy, direction: Direction): string {
  const isForBoth = ingress !== undefined && egress !== undefined;
  return isForBoth ? `take \`${direction === "ingress" ? "Ingress" : "Egress"}\` out of the default deny` : "remove the default deny";
}

function finding(context: LintContext, written: WrittenRule, deny: NetworkPolicy): RuleFinding {
  const { policy, direction, place } = written;
  const { evaluation } = context;
  const [group] = selectedPods(evaluation).ofPolicy(place);
  const [workload] = group === undefined ? [] : workloadIndex(evaluation).inGroup(group.index);
  const open = workload === undefined ? undefined : meetingOutside(evaluation, outsidersOf(context), workload, direction, "allowed");
  return {
    subject: policyObject(policy),
    message: `an empty rule allows all ${direction} of every pod that ${nameOf(deny)} closes, so the default deny for ${direction} has no effect`,
    advice: `name the peers and ports the rule is for, or ${wayOut(deny, direction)} if everything is meant to be open`,
    ...placed(policy),
    field: fieldOf(written),
    because: [refOf(written), networkPolicyRef(deny)],
    key: direction,
    ...witnessed(open),
  };
}
