import type { Caveat, CniDirectionVerdict, CniReason, CniVerdict, Deviation, DivergenceCause, PingAnswer } from "../engine";
import { workloadName } from "../engine/model";
import { policyName } from "./reasons";

/** What the VPC CNI does that the specification does not say, by the number it has in `docs/vpc-cni.md`. */
const sentences: Readonly<Record<Deviation, string>> = {
  "L-01": "the add-on enforces no policy",
  "L-02": "pods on Fargate and on Windows nodes are not enforced",
  "L-04": "pods of one identifier on one node share the policies of all of them",
  "L-05": "pods of one identifier, made of name and namespace, share their policies",
  "L-06": "host-networked pods are not enforced",
  "L-07": "a host-networked peer stands for the addresses of its nodes",
  "L-08": "packets of the family that the cluster does not have are not looked at",
  "L-10": "the agent does not find interfaces of this name prefix",
  "L-11": "the bandwidth plugin takes the place of the agent's programs",
  "L-12": "a Service is a peer only when its own selector satisfies the peer's",
  "L-13": "rules without selectors are held against the Service's own port",
  "L-14": "of several Service ports with one target, only the first counts",
  "L-15": "of a range of ports, only the start is looked up among a Service's targets",
  "L-16": "a named target that stands for several numbers closes the Service",
  "L-17": "a peer with an empty pod selector opens every Service of its namespaces",
  "L-18": "a negative condition is met by a Service whose selector lacks the key",
  "L-19": "blocks of addresses are held against the Service's address, not its pods'",
  "L-22": "more entries for one address than fit: which are kept is chance",
  "L-23": "a named port of an ingress rule stands for its numbers on all pods of the policy",
  "L-24": "ports of init containers have no names",
  "L-25": "a named port of an egress rule without selectors stands for nothing",
  "L-26": "an ingress rule with a named port is not there while no pod of its policy runs",
  "L-27": "only entries without ports let ICMP through",
  "L-30": "an exception of one rule denies for the whole pod",
  "L-31": "blocks that differ in host bits alone overwrite each other",
  "L-32": "blocks of the other address family are ignored",
  "L-33": "a pod always reaches its own node",
  "L-35": "in strict mode a pod without a policy is closed",
  "first-name": "a name that several containers of a pod declare stands for the first port only",
  hairpin: "a pod that a Service leads back to itself leaves like any other",
  "upstream-tiers": "cluster-wide policies of `policy.networking.k8s.io` are not read",
  "aws-kinds": "policies of `networking.k8s.aws` are read",
};

/** What changes no answer and is worth knowing beside one, by the same numbers. */
const remarkTexts: Readonly<Record<Caveat["id"], string>> = {
  "L-03": "a pod without an owner is enforced, though AWS does not promise it",
  "L-09": "security groups for pods should be in standard mode beside policies",
  "L-34": "in standard mode a pod is open from its start until the agent knows its policies",
  "L-35": "in strict mode a pod is closed from its start until the agent knows its policies",
  "L-36": "probes of the kubelet may be dropped where only cluster-wide policies select a pod",
  "L-37": "connections that are open outlive a change of the policies",
  "L-38": "before 1.22.3, races in the tracking of connections deny now and then",
  "L-39": "one build of 1.21.1 denied everything on fresh clusters",
};

/** Remarks in words, each once with the workloads it is about. */
export function remarkLines(caveats: readonly Caveat[]): readonly string[] {
  const ids = [...new Set(caveats.map(({ id }) => id))].sort();
  return ids.map((id) => {
    const about = caveats.flatMap(({ id: own, workload }) => (own === id && workload !== undefined ? [workloadName(workload)] : []));
    return `${id}: ${remarkTexts[id]}${about.length === 0 ? "" : ` (${[...new Set(about)].join(", ")})`}`;
  });
}

/** What makes the plugin answer otherwise, and the changes that end it. */
export function causeText({ deviations, changes }: Pick<DivergenceCause, "deviations" | "changes">): string {
  const ways = [...new Set(changes.map(({ kind }) => kind))];
  return `unlike the specification, by ${deviations.map(deviationText).join(" and ")}; to end that, ${ways.join(" and ")}`;
}

/** Whether `ping` gets through, which no rule of a policy can say. */
export const pingText = ({ vpcCni, egress, ingress }: PingAnswer): string =>
  `L-27: ping (ICMP) is ${vpcCni}, egress ${egress}, ingress ${ingress}; the specification does not say`;

/** A peculiarity in words, behind its number. */
export const deviationText = (id: string): string => (Object.hasOwn(sentences, id) ? `${id}: ${sentences[id as Deviation]}` : id);

/** Who had the last word at one end, in words. */
const decided: Readonly<Record<CniDirectionVerdict["decidedBy"], string>> = {
  "not enforced": "no policy is enforced there",
  "own node": "it is the pod's own node",
  Admin: "a policy of the Admin tier decides",
  namespace: "policies of the namespace decide",
  Baseline: "a policy of the Baseline tier decides",
  default: "no policy selects the pod",
  strict: "in strict mode a pod without a policy is closed",
  outside: "no known pod is there, so that no policy applies",
  exempt: "a pod's traffic to itself is not looked at",
};

/** Why the VPC CNI lets a flow through or not, both ends in one sentence. */
export const cniVerdictText = ({ egress, ingress }: CniVerdict): string => `${directionText(egress)}; ${directionText(ingress)}`;

function directionText({ direction, outcome, decidedBy, reasons }: CniDirectionVerdict): string {
  const said = [...new Set(reasons.map(reasonText))];
  return `${direction} ${outcome}, ${[decided[decidedBy], ...said].join(", ")}`;
}

function reasonText(reason: CniReason): string {
  switch (reason.kind) {
    case "rule":
      return `by ${policyName(reason.rule.policy)} ${reason.rule.direction}[${String(reason.rule.rule)}]`;
    case "except":
      return `${reason.except} is an exception of ${reason.of.map(({ policy }) => policyName(policy)).join(" and ")}`;
    case "limit":
      return `${String(reason.entries)} entries for one address, of which ${String(reason.limit)} fit`;
    case "deviation":
      return deviationText(reason.deviation);
  }
}
