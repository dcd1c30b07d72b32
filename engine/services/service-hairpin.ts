import type { DirectionVerdict, Verdict } from "../decision";
import { type Evaluation, evaluate } from "../evaluation";
import { isUnknown, type NetworkPolicy, type Pod, type Protocol, type Rule, unknown, type Workload } from "../model";
import { type Family, parseAddress } from "../sets/ip-set";
import { verdict } from "../verdict";

/** A connection of a pod to itself, by way of a Service. */
export interface Hairpin {
  readonly workload: Workload;
  /** @default any of the workload's pods */
  readonly pod?: Pod;
  /** The family of the Service's addresses. @default any the pod has */
  readonly family?: Family;
  readonly protocol: Protocol;
  /** The port on the pod. */
  readonly port: number;
}

/**
 * Whether a pod reaches itself through a Service's address.
 *
 * Unlike a connection to its own address, this one is subject to cluster-wide policies. For NetworkPolicy, a pod can always reach itself: one
 * that isolates the pod allows the connection, and so keeps the Baseline tier out of it.
 */
export function hairpinVerdict(evaluation: Evaluation, hairpin: Hairpin): Verdict {
  const { workload, pod } = hairpin;
  const pods = pod === undefined ? (workload.pods ?? []) : [pod];
  const verdicts = (pods.length === 0 ? [undefined] : pods).map((one) => ofOnePod(evaluation, hairpin, one));
  const first = verdicts[0] as Verdict;
  if (verdicts.every(({ outcome }) => outcome === first.outcome)) return first;
  const because = unknown("the answer depends on which pod is meant");
  const open = (end: DirectionVerdict): DirectionVerdict => ({ ...end, outcome: "undecided", unknowns: [because] });
  return { outcome: "undecided", egress: open(first.egress), ingress: open(first.ingress) };
}

/** A pod is asked about as if it and its twin were two, under policies that leave a pod open to itself. */
function ofOnePod(evaluation: Evaluation, { workload, family, protocol, port }: Hairpin, pod: Pod | undefined): Verdict {
  const { cluster, profile } = evaluation;
  const isUsed = (address: string): boolean => family === undefined || parseAddress(address).family === family;
  const mayApply = ({ namespace }: NetworkPolicy): boolean =>
    isUnknown(namespace) || isUnknown(workload.namespace) || namespace === workload.namespace;
  const pods = pod === undefined ? [] : [{ ...pod, ips: pod.ips.filter(isUsed) }];
  const [self, twin] = [0, 1].map((): Workload => ({ ...workload, pods })) as [Workload, Workload];
  const alone = evaluate({ ...cluster, workloads: [self, twin], policies: cluster.policies.filter(mayApply).map(opened) }, profile);
  const { outcome, egress, ingress } = verdict(alone, {
    from: { kind: "workload", workload: self },
    to: { kind: "workload", workload: twin },
    protocol,
    port,
  });
  return { outcome, egress: asExempt(egress), ingress: asExempt(ingress) };
}

const everything: readonly Rule[] = [{ peers: "any", ports: "any" }];

/** The policy with every direction it isolates opened again. */
const opened = (policy: NetworkPolicy): NetworkPolicy => ({
  ...policy,
  ...(policy.ingress === undefined ? {} : { ingress: everything }),
  ...(policy.egress === undefined ? {} : { egress: everything }),
});

/** The rules that open are not written anywhere: what they decide is the exemption itself. */
const asExempt = (end: DirectionVerdict): DirectionVerdict => ({
  ...end,
  allowedBy: [],
  decidedBy: end.decidedBy === "NetworkPolicy" ? "exempt" : end.decidedBy,
});
