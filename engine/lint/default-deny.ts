import type { Evaluation } from "../evaluation";
import { type Direction, isUnknown, type Namespace, type Workload } from "../model";
import { workloadIndex } from "../matching/workload-index";
import { openness } from "./open-pods";
import { meetingOutside, outsidersOf } from "./outside";
import { probesOf } from "./probes";
import type { LintContext, RuleFinding } from "./rule";
import { type FlowWitness, witnessed } from "./witness";
import { placed, quoted } from "./words";

/** Namespaces of the cluster itself: what runs there is not the user's to close. */
const clusterOwn = new Set(["kube-system", "kube-public", "kube-node-lease"]);

/** The namespaces in which a pod that nobody thought of would be open, in a direction. Those about which it is not known are left out. */
export function openNamespaces(context: LintContext, direction: Direction): readonly string[] {
  const isOpen = openness(context);
  return [...probesOf(context.evaluation).inNamespace]
    .filter(([name, pod]) => !clusterOwn.has(name) && isOpen(pod, direction))
    .map(([name]) => name);
}

/** What is to be said about such namespaces, but for those with nothing but pods on the network of their node, which no policy reaches. */
export function coverageFindings(context: LintContext, direction: Direction): readonly RuleFinding[] {
  const { evaluation } = context;
  return openNamespaces(context, direction)
    .filter((name) => !isOnNodesOnly(workloadIndex(evaluation).inNamespace(name)))
    .map((name) => coverageFinding(context, name, direction));
}

const isOnNodesOnly = (workloads: readonly Workload[]): boolean =>
  workloads.length > 0 && workloads.every(({ hostNetwork }) => hostNetwork === true);

function coverageFinding(context: LintContext, namespace: string, direction: Direction): RuleFinding {
  const { evaluation } = context;
  const hasPolicies = evaluation.cluster.policies.some(
    (policy) => policy.namespace === namespace && policy[direction] !== undefined && policy.unknownDirections === undefined,
  );
  const which = direction === "ingress" ? "accepts traffic from everywhere" : "may connect to anything";
  return {
    subject: { kind: "Namespace", name: namespace },
    message: hasPolicies
      ? `a pod of ${quoted(namespace)} that no policy selects ${which}: no policy closes the namespace's ${direction} by default`
      : `every pod of ${quoted(namespace)} ${which}: no policy closes the namespace's ${direction}`,
    advice: `add a NetworkPolicy with \`podSelector: {}\` and \`policyTypes: [${direction === "ingress" ? "Ingress" : "Egress"}]\`, and allow what must flow beside it`,
    ...placed(namespaceObject(evaluation, namespace)),
    because: [],
    key: direction,
    ...witnessed(openFlow(context, namespace, direction)),
  };
}

const namespaceObject = (evaluation: Evaluation, name: string): Partial<Namespace> => workloadIndex(evaluation).namespaces(name)[0] ?? {};

/** How many pods are tried for an example before one that does not exist is taken. */
const mostTried = 5;

/** A pod that is open and that a policy would close: one of those that are there, or else one that could be. */
function openFlow(context: LintContext, namespace: string, direction: Direction): FlowWitness | undefined {
  const { evaluation } = context;
  const outside = outsidersOf(context);
  const tried = (within: Evaluation, workload: Workload): FlowWitness | undefined =>
    meetingOutside(within, outside, workload, direction, "allowed");
  const present = workloadIndex(evaluation)
    .inNamespace(namespace)
    .filter((workload) => !isUnknown(workload.namespace) && workload.hostNetwork === false);
  for (const workload of present.slice(0, mostTried)) {
    const witness = tried(evaluation, workload);
    // What its own policies let in shows nothing.
    if (witness?.verdict[direction].isolatedBy.length === 0) return witness;
  }
  const probes = probesOf(evaluation);
  const pod = probes.inNamespace.get(namespace);
  return pod === undefined ? undefined : tried(probes.evaluation, pod);
}
