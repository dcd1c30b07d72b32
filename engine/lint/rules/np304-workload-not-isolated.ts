import type { Evaluation } from "../../evaluation";
import { type Direction, directions, isUnknown, shown, type Workload } from "../../model";
import { openness } from "../open-pods";
import { meetingOutside, outsidersOf } from "../outside";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { witnessed } from "../witness";
import { nameOf, placed, quoted, workloadObject } from "../words";

export const np304WorkloadNotIsolated: LintRule = {
  code: "NP304",
  name: "workload-not-isolated",
  title: "A workload is open in a direction in which policies close other pods of its namespace",
  severity: "warning",
  category: "coverage",
  check(context) {
    const { evaluation } = context;
    const closed = closedNamespaces(evaluation);
    const isOpen = openness(context);
    return evaluation.cluster.workloads.flatMap((workload) => {
      const { namespace, hostNetwork } = workload;
      // Policy does not reach pods on their node's network: that is no slip of a selector.
      if (isUnknown(namespace) || hostNetwork !== false) return [];
      const open = directions.filter((direction) => closed[direction].has(namespace) && isOpen(workload, direction));
      return open.length === 0 ? [] : [finding(context, workload, open)];
    });
  },
};

/** The namespaces with a policy that isolates the direction, so that somebody meant to close something there. */
function closedNamespaces({ cluster }: Evaluation): Readonly<Record<Direction, ReadonlySet<string>>> {
  const of = (direction: Direction): ReadonlySet<string> =>
    new Set(
      cluster.policies.flatMap((policy) =>
        policy[direction] === undefined || policy.unknownDirections !== undefined || isUnknown(policy.namespace) ? [] : [policy.namespace],
      ),
    );
  return { ingress: of("ingress"), egress: of("egress") };
}

function finding(context: LintContext, workload: Workload, open: readonly Direction[]): RuleFinding {
  const text = open.join(" and ");
  return {
    subject: workloadObject(workload),
    message: `no policy closes the ${text} of ${nameOf(workload)}, though policies close other pods of ${quoted(shown(workload.namespace))}`,
    advice: `select the workload with a policy, or close the namespace by default with \`podSelector: {}\``,
    ...placed(workload),
    because: [],
    key: text,
    ...(open.includes("ingress") ? {} : { severity: "info" as const }),
    ...witnessed(meetingOutside(context.evaluation, outsidersOf(context), workload, open[0] ?? "ingress", "allowed")),
  };
}
