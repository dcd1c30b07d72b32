import { type Evaluation, update } from "../../evaluation";
import { directions, type PlannedChange } from "../../model";
import { workloadIndex } from "../../matching/workload-index";
import { networkPolicyRef } from "../../reasons";
import { openedFlow } from "../opened-flow";
import type { LintRule, RuleFinding } from "../rule";
import { selectedPods } from "../selected-pods";
import type { FlowWitness } from "../witness";
import { objectName } from "../words";

export const np401PolicyReplacedDeleteFirst: LintRule = {
  code: "NP401",
  name: "policy-replaced-delete-first",
  title: "A plan replaces a policy by deleting it first, so its pods are without it in between",
  severity: "warning",
  category: "change",
  needs: ["plan"],
  check({ changes, before }) {
    return changes
      .filter(({ effect, before: old, after }) => effect === "replace-delete-first" && (old ?? after)?.kind === "NetworkPolicy")
      .map((change) => finding(change, before));
  },
};

function finding({ address, location, before: old, after }: PlannedChange, before: Evaluation | undefined): RuleFinding {
  const subject = old ?? after ?? { kind: "NetworkPolicy", name: address };
  const place = before === undefined ? undefined : selectedPods(before).placeOf(subject.namespace ?? "", subject.name);
  const policy = place === undefined ? undefined : before?.cluster.policies[place];
  const gap = before === undefined || place === undefined ? undefined : openedInGap(before, place);
  const consequence =
    gap === undefined ? "what it allows stops until the new one is there" : "what it closes is open until the new one is there";
  return {
    subject,
    message: `${objectName(subject)} is deleted before it is created again: ${consequence}`,
    advice: "change it without replacing it, or set `create_before_destroy` and give the new policy another name",
    location,
    because: policy === undefined ? [] : [networkPolicyRef(policy)],
    key: "replace",
    ...(gap === undefined ? {} : { severity: "error" as const, witness: gap }),
  };
}

/** How many of the policy's pods are tried. */
const mostTried = 20;

/** A flow that is denied as long as the policy is there, and allowed while it is not. */
function openedInGap(before: Evaluation, place: number): FlowWitness | undefined {
  const gap = update(before, { ...before.cluster, policies: before.cluster.policies.filter((_, index) => index !== place) });
  const groups = selectedPods(before).ofPolicy(place).slice(0, mostTried);
  const workloads = groups.flatMap(({ index }) => workloadIndex(before).inGroup(index).slice(0, 1));
  for (const workload of workloads) {
    for (const direction of directions.filter((each) => before.cluster.policies[place]?.[each] !== undefined)) {
      const opened = openedFlow(before, gap, workload, direction);
      if (opened !== undefined) return opened;
    }
  }
  return undefined;
}
