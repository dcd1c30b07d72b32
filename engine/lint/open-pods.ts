import type { Evaluation } from "../evaluation";
import { type Direction, type Protocol, type Workload } from "../model";
import { vpcCni, type VpcCniEvaluation } from "../vpc-cni/vpc-cni";
import { cniContext } from "./cni-context";
import { closureOf, probesOf } from "./probes";
import type { LintContext } from "./rule";
import { flowOf, workloadEnd } from "./witness";

/** Says of workloads, and of the pods that were added to see what becomes of them, whether they are open. */
export type IsOpen = (workload: Workload, direction: Direction) => boolean;

/**
 * Whether nothing closes a workload in a direction to pods nobody thought of, policies of `networking.k8s.aws` and the strict mode of the VPC CNI
 * included. What is not known is not open.
 */
export function openness(context: LintContext): IsOpen {
  const probes = probesOf(context.evaluation);
  const cni = evaluatorFor(context, probes.evaluation);
  return (workload, direction) =>
    closureOf(probes, workload, direction) === "open" && (cni === undefined || letsThrough(cni, probes.stranger, workload, direction));
}

/** The evaluator of the VPC CNI, where it reads what the specification does not know or closes what no policy selects. */
function evaluatorFor(context: LintContext, probed: Evaluation): VpcCniEvaluation | undefined {
  const settings = cniContext(context)?.settings;
  if (settings === undefined) return undefined;
  const { awsClusterPolicies = [], applicationPolicies = [] } = context.evaluation.cluster;
  const isPlain = awsClusterPolicies.length + applicationPolicies.length === 0 && settings.mode === "standard";
  return isPlain ? undefined : vpcCni(probed, { ...settings, enabled: true });
}

/** Ports that no policy has a reason to name: where these are open, so is the rest. */
const tried: readonly (readonly [Protocol, number])[] = [
  ["TCP", 1],
  ["TCP", 65535],
  ["UDP", 9],
];

const letsThrough = (cni: VpcCniEvaluation, stranger: Workload, workload: Workload, direction: Direction): boolean =>
  tried.every(([protocol, port]) => {
    const flow = flowOf(workload, direction, workloadEnd(stranger), { protocol, port });
    return cni.verdict(flow)[direction].outcome === "allowed";
  });
