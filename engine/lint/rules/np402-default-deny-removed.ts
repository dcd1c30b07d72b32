import type { Evaluation } from "../../evaluation";
import { type Direction, directions } from "../../model";
import type { PolicyRef } from "../../decision";
import { workloadIndex } from "../../matching/workload-index";
import { networkPolicyRef } from "../../reasons";
import { openNamespaces } from "../default-deny";
import { type Moments, openedFlow } from "../opened-flow";
import { outsidersOf } from "../outside";
import { closureOf, probesOf } from "../probes";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { witnessed } from "../witness";
import { listed, nameOf, placed, quoted, refObject } from "../words";

export const np402DefaultDenyRemoved: LintRule = {
  code: "NP402",
  name: "default-deny-removed",
  title: "A change takes away the policy that closes a namespace by default",
  severity: "error",
  category: "change",
  needs: ["plan"],
  check(context) {
    const { before, evaluation } = context;
    if (before === undefined) return [];
    const moments = { first: before, then: evaluation, outside: outsidersOf(context) };
    return directions.flatMap((direction) =>
      lostDefaults(context, before, direction).map((namespace) => finding(moments, namespace, direction)),
    );
  },
};

/** The namespaces that were closed by default in a direction, still hold workloads, and are no longer closed. */
export function lostDefaults(context: LintContext, before: Evaluation, direction: Direction): readonly string[] {
  const probes = probesOf(before);
  const after = workloadIndex(context.evaluation);
  return openNamespaces(context, direction).filter((name) => {
    const pod = probes.inNamespace.get(name);
    return pod !== undefined && after.inNamespace(name).length > 0 && closureOf(probes, pod, direction) === "closed";
  });
}

function finding(moments: Moments, namespace: string, direction: Direction): RuleFinding {
  const policies = closingPolicies(moments.first, namespace, direction);
  const [first] = policies;
  const witness = workloadIndex(moments.then)
    .inNamespace(namespace)
    .slice(0, 5)
    .map((workload) => openedFlow(moments, workload, direction))
    .find((each) => each !== undefined);
  const what = policies.length === 0 ? "the change" : `taking away ${listed(policies.map(policyName))}`;
  return {
    subject: first === undefined ? { kind: "Namespace", name: namespace } : refObject(first),
    message: `${what} leaves ${quoted(namespace)} without a default deny for ${direction}: pods that no other policy selects are open`,
    advice: "keep the default deny, or remove the workloads in the same change",
    ...placed(first ?? {}),
    because: policies,
    key: `${direction} ${namespace}`,
    ...witnessed(witness),
  };
}

const policyName = ({ namespace, name }: PolicyRef): string => nameOf({ namespace: namespace ?? "", name });

/** The policies that closed a pod of the namespace that nobody labelled. */
function closingPolicies(before: Evaluation, namespace: string, direction: Direction): readonly PolicyRef[] {
  const probes = probesOf(before);
  const pod = probes.inNamespace.get(namespace);
  const [group] = pod === undefined ? [] : probes.evaluation.universe.groups.ofWorkload(pod);
  const applied = group === undefined ? [] : (probes.evaluation.interpretations[0]?.appliesTo(group, direction).networkPolicies ?? []);
  return applied.flatMap(({ policy }) => {
    const object = before.cluster.policies[policy];
    return object === undefined ? [] : [networkPolicyRef(object)];
  });
}
