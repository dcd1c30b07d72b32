import { type Direction, isUnknown, type JsonObject } from "../../model";
import { workloadIndex } from "../../matching/workload-index";
import { networkPolicyRef } from "../../reasons";
import { meetingOutside, outsidersOf } from "../outside";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { selectedPods } from "../selected-pods";
import { type FlowWitness, witnessed } from "../witness";
import { counted } from "../words";
import { entriesAt, isObject, valueAt, type WrittenObject, writtenObjects } from "../written-objects";

export const np103InertDirection: LintRule = {
  code: "NP103",
  name: "inert-direction",
  title: "A policy has rules for a direction that its `policyTypes` leaves out, so they have no effect",
  severity: "error",
  category: "correctness",
  check(context) {
    return writtenObjects(context, "NetworkPolicy").flatMap((written) =>
      (["ingress", "egress"] as const)
        .filter((direction) => isInert(written.object, direction))
        .map((direction) => finding(context, written, direction)),
    );
  },
};

const typeOf = (direction: Direction): string => (direction === "ingress" ? "Ingress" : "Egress");

function isInert(object: JsonObject, direction: Direction): boolean {
  const types = entriesAt(object, "spec", "policyTypes");
  return (
    types.length > 0 && !types.some(isUnknown) && !types.includes(typeOf(direction)) && entriesAt(object, "spec", direction).length > 0
  );
}

function finding(context: LintContext, written: WrittenObject, direction: Direction): RuleFinding {
  const { object, location, ref } = written;
  const rules = counted(entriesAt(object, "spec", direction).length, "rule");
  const place = selectedPods(context.evaluation).placeOf(ref.namespace ?? "", ref.name);
  const policy = place === undefined ? undefined : context.evaluation.cluster.policies[place];
  return {
    subject: ref,
    message: `the policy has ${rules} under \`${direction}\`, but \`policyTypes\` leaves out \`${typeOf(direction)}\`: it neither isolates ${direction} nor allows anything by them`,
    advice: `add \`${typeOf(direction)}\` to \`policyTypes\` if the rules are meant to count, or remove \`spec.${direction}\``,
    location,
    field: `spec.${direction}`,
    because: policy === undefined ? [] : [networkPolicyRef(policy)],
    key: direction,
    fix: {
      description: `remove \`spec.${direction}\`, which has no effect`,
      edits: [{ kind: "remove", object: ref, field: `spec.${direction}` }],
    },
    ...witnessed(place === undefined ? undefined : openFlow(context, object, place, direction)),
  };
}

/** A flow with an outsider that none of the rules mentions, and that is allowed all the same. */
function openFlow(context: LintContext, object: JsonObject, place: number, direction: Direction): FlowWitness | undefined {
  const peers = direction === "ingress" ? "from" : "to";
  const mentionsOutsiders = entriesAt(object, "spec", direction).some((rule) => {
    const written = entriesAt(rule, peers);
    return written.length === 0 || written.some((peer) => !isObject(peer) || valueAt(peer, "ipBlock") !== undefined);
  });
  const { evaluation } = context;
  const [group] = selectedPods(evaluation).ofPolicy(place);
  const [workload] = group === undefined ? [] : workloadIndex(evaluation).inGroup(group.index);
  if (mentionsOutsiders || workload === undefined) return undefined;
  return meetingOutside(evaluation, outsidersOf(context), workload, direction, "allowed");
}
