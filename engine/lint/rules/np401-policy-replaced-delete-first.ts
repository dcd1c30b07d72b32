import type { PolicyRef } from "../../decision";
import { type Evaluation, update } from "../../evaluation";
import { type Cluster, directions, type ObjectRef, type PlannedChange } from "../../model";
import type { PodGroup } from "../../matching/pod-groups";
import { workloadIndex } from "../../matching/workload-index";
import { clusterPolicyRef, networkPolicyRef } from "../../reasons";
import { openedFlow } from "../opened-flow";
import { outsidersOf } from "../outside";
import { policyKinds } from "../policy-kinds";
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
  check(context) {
    const outside = outsidersOf(context);
    return context.changes
      .filter(({ effect, before: old, after }) => effect === "replace-delete-first" && policyKinds.has((old ?? after)?.kind ?? ""))
      .map((change) => finding(change, context.before, outside));
  },
};

function finding(
  { address, location, before: old, after }: PlannedChange,
  before: Evaluation | undefined,
  outside: readonly string[],
): RuleFinding {
  const subject = old ?? after ?? { kind: "NetworkPolicy", name: address };
  const replaced = before === undefined ? undefined : (namespaced(before, subject) ?? clusterWide(before, subject));
  const gap = before === undefined || replaced === undefined ? undefined : openedInGap(before, replaced, outside);
  const consequence =
    gap === undefined ? "what it allows stops until the new one is there" : "what it closes is open until the new one is there";
  return {
    subject,
    message: `${objectName(subject)} is deleted before it is created again: ${consequence}`,
    advice: "change it without replacing it, or set `create_before_destroy` and give the new policy another name",
    location,
    because: replaced === undefined ? [] : [replaced.ref],
    key: "replace",
    ...(gap === undefined ? {} : { severity: "error" as const, witness: gap }),
  };
}

/** A policy as it was, and the cluster without it. */
interface Replaced {
  readonly ref: PolicyRef;
  readonly subjects: readonly PodGroup[];
  readonly without: Cluster;
}

function namespaced(before: Evaluation, { kind, namespace = "", name }: ObjectRef): Replaced | undefined {
  const { cluster } = before;
  const place = kind === "NetworkPolicy" ? selectedPods(before).placeOf(namespace, name) : undefined;
  const policy = place === undefined ? undefined : cluster.policies[place];
  if (place === undefined || policy === undefined) return undefined;
  const without = { ...cluster, policies: cluster.policies.filter((each) => each !== policy) };
  return { ref: networkPolicyRef(policy), subjects: selectedPods(before).ofPolicy(place), without };
}

function clusterWide(before: Evaluation, { kind, name }: ObjectRef): Replaced | undefined {
  const { cluster } = before;
  const place = cluster.clusterPolicies.findIndex((each) => each.kind === kind && each.name === name);
  const policy = cluster.clusterPolicies[place];
  if (policy === undefined) return undefined;
  const without = { ...cluster, clusterPolicies: cluster.clusterPolicies.filter((each) => each !== policy) };
  return { ref: clusterPolicyRef(policy), subjects: selectedPods(before).ofClusterPolicy(place), without };
}

/** How many of the policy's pods are tried. */
const mostTried = 20;

/** A flow that is denied as long as the policy is there, and allowed while it is not. */
function openedInGap(before: Evaluation, { subjects, without }: Replaced, outside: readonly string[]): FlowWitness | undefined {
  const moments = { first: before, then: update(before, without), outside };
  const workloads = subjects.slice(0, mostTried).flatMap(({ index }) => workloadIndex(before).inGroup(index).slice(0, 1));
  for (const workload of workloads) {
    for (const direction of directions) {
      const opened = openedFlow(moments, workload, direction);
      if (opened !== undefined) return opened;
    }
  }
  return undefined;
}
