import type { Evaluation } from "../../evaluation";
import { isUnknown, type Json, type JsonObject } from "../../model";
import type { PodGroup } from "../../matching/pod-groups";
import { workloadIndex } from "../../matching/workload-index";
import { networkPolicyRef } from "../../reasons";
import { meetingOutside, outsidersOf } from "../outside";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { selectedPods } from "../selected-pods";
import { type FlowWitness, witnessed } from "../witness";
import { entriesAt, valueAt, type WrittenObject, writtenObjects } from "../written-objects";

export const np107ImplicitIngressIsolation: LintRule = {
  code: "NP107",
  name: "implicit-ingress-isolation",
  title: "A policy without `policyTypes` and without ingress rules closes all ingress of its pods",
  severity: "warning",
  category: "correctness",
  check(context) {
    return writtenObjects(context, "NetworkPolicy").flatMap((written) => {
      const { object, ref } = written;
      const place = selectedPods(context.evaluation).placeOf(ref.namespace ?? "", ref.name);
      return place !== undefined && isImplicit(object) ? [finding(context, written, place)] : [];
    });
  },
};

/** A list that is known and has no entry. */
const isEmpty = (list: Json | undefined): boolean => list === undefined || (Array.isArray(list) && list.length === 0);

function isImplicit(object: JsonObject): boolean {
  const [types, ingress, egress] = ["policyTypes", "ingress", "egress"].map((field) => valueAt(object, "spec", field));
  return isEmpty(types) && isEmpty(ingress) && !isUnknown(egress) && !entriesAt(object, "spec", "egress").some(isUnknown);
}

function finding(context: LintContext, { object, location, ref }: WrittenObject, place: number): RuleFinding {
  const { evaluation } = context;
  const policy = evaluation.cluster.policies[place];
  const groups = selectedPods(evaluation).ofPolicy(place);
  const hasEgress = entriesAt(object, "spec", "egress").length > 0;
  const types = hasEgress ? ["Ingress", "Egress"] : ["Ingress"];
  const changesNothing = groups.length > 0 && groups.every((group) => isIsolatedAnyway(evaluation, group, place));
  const what = hasEgress ? "has egress rules only" : "has no rules";
  const meant = hasEgress ? '`["Egress"]` if ingress is to stay open' : "to say which directions it closes";
  return {
    subject: ref,
    message: changesNothing
      ? `the policy ${what} and no \`policyTypes\`, so it closes all ingress too; that changes nothing now, since other policies close it as well`
      : `the policy ${what} and no \`policyTypes\`, so it closes all ingress of the pods it selects, too`,
    advice: `write \`policyTypes\`: ${meant}, or \`${JSON.stringify(types)}\` if it is meant as it is`,
    location,
    field: "spec.policyTypes",
    because: policy === undefined ? [] : [networkPolicyRef(policy)],
    key: "policyTypes",
    ...(changesNothing ? { severity: "info" as const } : {}),
    fix: {
      description: `write the directions it isolates now: \`policyTypes: ${JSON.stringify(types)}\``,
      edits: [{ kind: "set", object: ref, field: "spec.policyTypes", value: types }],
    },
    ...witnessed(closedFlow(context, groups)),
  };
}

const isIsolatedAnyway = ({ interpretations }: Evaluation, group: PodGroup, place: number): boolean =>
  interpretations.every((each) =>
    each.appliesTo(group, "ingress").networkPolicies.some(({ policy, isCertain }) => isCertain && policy !== place),
  );

function closedFlow(context: LintContext, [group]: readonly PodGroup[]): FlowWitness | undefined {
  const [workload] = group === undefined ? [] : workloadIndex(context.evaluation).inGroup(group.index);
  return workload === undefined ? undefined : meetingOutside(context.evaluation, outsidersOf(context), workload, "ingress", "denied");
}
