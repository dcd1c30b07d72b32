import { policiesOf } from "../../enforcement/covered-workloads";
import type { Evaluation } from "../../evaluation";
import { isUnknown, shown, type Workload } from "../../model";
import { networkPolicyRef } from "../../reasons";
import { requirementsOf, type Ternary } from "../../selector";
import { PodIdentifiers } from "../../vpc-cni/pod-identifiers";
import { certainPoliciesOf } from "../certain-policies";
import { type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, policyRefs } from "../cni-findings";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { listed, nameOf, placed, policyObject, quoted, workloadObject } from "../words";
import { entriesAt, valueAt, writtenObjects } from "../written-objects";

export const vpc003PodsWithoutIdentity: LintRule = {
  ...aboutVpcCni,
  code: "VPC003",
  name: "pods-without-identity",
  title: "Policies select pods that the node agent cannot tell from others: bare pods, or workloads whose pods have one identifier",
  severity: "error",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    return [...barePods(context), ...sharedIdentifiers(context, cni), ...ordinalPolicies(context)];
  },
};

/** Pods that nothing owns. */
function barePods(context: LintContext): readonly RuleFinding[] {
  const { evaluation } = context;
  const isOwned = ownedPods(context);
  return evaluation.cluster.workloads
    .filter((workload) => workload.kind === "Pod" && workload.hostNetwork !== true && !isOwned(workload))
    .flatMap((workload) => {
      const policies = policiesOf(evaluation, workload);
      if (policies.length === 0) return [];
      const isCertain = certainPoliciesOf(evaluation, workload).length > 0;
      const verb = isCertain ? (policies.length === 1 ? "selects" : "select") : "may select";
      return [
        {
          subject: workloadObject(workload),
          message: `${listed(policies.map(nameOf))} ${verb} a pod that nothing owns: AWS supports policies only for pods of a Deployment or another controller, and the agent may take it for another pod`,
          advice: "run it as a Deployment, a StatefulSet or a Job",
          ...placed(workload),
          because: policyRefs(policies),
          key: "bare",
          ...(isCertain ? {} : { severity: "info" as const }),
        },
      ];
    });
}

/** Says of pods whether something owns them, also of a kind that is not read: operators make pods for objects of their own. */
function ownedPods(context: LintContext): (pod: Workload) => boolean {
  const owned = new Set(
    writtenObjects(context, "Pod").flatMap(({ object, ref }) => {
      const owners = valueAt(object, "metadata", "ownerReferences");
      return isUnknown(owners) || entriesAt(object, "metadata", "ownerReferences").length > 0 ? [`${ref.namespace ?? ""}/${ref.name}`] : [];
    }),
  );
  return ({ namespace, name }) => owned.has(`${shown(namespace)}/${shown(name)}`);
}

/** Workloads of one namespace whose pods the agent may take for one another, and whose policies differ. */
function sharedIdentifiers({ evaluation }: LintContext, { settings }: CniContext): readonly RuleFinding[] {
  const { workloads } = evaluation.cluster;
  const identifiers = new PodIdentifiers(workloads, settings, new Set(["L-04"]));
  return workloads.flatMap((workload) => {
    const policies = policiesOf(evaluation, workload);
    const sharing = identifiers.sharing(workload).map((other) => ({ other, isDifferent: haveOthers(evaluation, workload, other) }));
    const others = sharing.flatMap(({ other, isDifferent }) => (isDifferent === "no" ? [] : [other]));
    if (others.length === 0) return [];
    const isCertain = sharing.some(({ isDifferent }) => isDifferent === "yes");
    return [
      {
        subject: workloadObject(workload),
        message: `on one node, its pods and those of ${listed(others.map(titleOf))} share one identifier, and so the policies of all of them`,
        advice: "rename one of them, so that their names differ before the last `-`",
        ...placed(workload),
        because: policyRefs([...new Set([...policies, ...others.flatMap((other) => policiesOf(evaluation, other))])]),
        key: `shared ${others.map(titleOf).sort().join()}`,
        ...(isCertain ? {} : { severity: "info" as const }),
      },
    ];
  });
}

const titleOf = (workload: Workload): string => `${workload.kind} ${nameOf(workload)}`;

/** Whether other policies select the one workload than the other. */
function haveOthers(evaluation: Evaluation, one: Workload, other: Workload): Ternary {
  const [some, others] = [policiesOf(evaluation, one), policiesOf(evaluation, other)];
  const [certain, certainOthers] = [certainPoliciesOf(evaluation, one), certainPoliciesOf(evaluation, other)];
  if (certain.some((each) => !others.includes(each)) || certainOthers.some((each) => !some.includes(each))) return "yes";
  const isAllCertain = certain.length === some.length && certainOthers.length === others.length;
  return isAllCertain || some.length + others.length === 0 ? "no" : "maybe";
}

/** Labels that tell the pods of one StatefulSet or indexed Job apart. */
const ordinalLabels = new Set([
  "apps.kubernetes.io/pod-index",
  "statefulset.kubernetes.io/pod-name",
  "batch.kubernetes.io/job-completion-index",
]);

function ordinalPolicies({ evaluation }: LintContext): readonly RuleFinding[] {
  return evaluation.cluster.policies.flatMap((policy) => {
    const label = requirementsOf(policy.subject).find(({ key }) => ordinalLabels.has(key))?.key;
    if (label === undefined) return [];
    return [
      {
        subject: policyObject(policy),
        message: `it selects single pods of a workload by ${quoted(label)}; on one node they all share one identifier, and so this policy`,
        advice: "split the workload into one for each role, and select them by a label of their own",
        ...placed(policy),
        field: "spec.podSelector",
        because: [networkPolicyRef(policy)],
        key: `ordinal ${label}`,
      },
    ];
  });
}
