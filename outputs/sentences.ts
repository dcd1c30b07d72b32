import type { DirectionVerdict, PolicyRef, RuleRef } from "../engine";
import {
  isUndecidedChange,
  type ConnectionChange,
  type Enforcement,
  type ExpectationReport,
  type ExplainedMoment,
  type ExplainReport,
  type Finding,
  type GateResult,
  type ReportConnections,
  type ReportEnd,
  type ReportFlow,
  type SuggestReport,
} from "../engine/report";
import { isUnknown, type ObjectRef, shown } from "../engine/model";
import { place, policyName, ruleName } from "./reasons";

/** A number with its noun: `1 warning`, `2 warnings`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string => `${String(count)} ${count === 1 ? noun : plural}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[], conjunction = "and"): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}

/** What may flow: the certain part, and beside it what is not decided. */
export function connectionsText({ certain, possible }: ReportConnections): string {
  if (certain === possible) return certain;
  return certain === "none" ? `undecided (perhaps ${possible})` : `${certain} (perhaps ${possible})`;
}

/** What two ends may use in all, one line each: of a block whose parts differ, every part; before and after where both are told. */
export function reachStatements({ from, to, before, after }: Pick<ExplainReport, "from" | "to" | "before" | "after">): readonly string[] {
  const ends = `${from.name} → ${to.name}`;
  if (before?.parts === undefined && after.parts === undefined) {
    const now = connectionsText(after.connections);
    const was = before === undefined ? undefined : connectionsText(before.connections);
    return [`${ends} may use: ${was === undefined ? now : was === now ? `${now} before and after` : `${was} before, ${now} after`}`];
  }
  const told = (when: string, { parts, connections }: ExplainedMoment): readonly string[] =>
    (parts ?? [{ from, to, connections }]).map(
      (part) => `${when}${part.from.name} → ${part.to.name} may use: ${connectionsText(part.connections)}`,
    );
  return before === undefined ? told("", after) : [...told("before, ", before), ...told("after, ", after)];
}

/** Why somebody outside gets nowhere near the pods behind a Service. */
export const refusalText = (refused: NonNullable<NonNullable<ExplainReport["service"]>["refused"]>): string =>
  ({
    "inside-only":
      "denied, whatever policies say: a Service of type ClusterIP answers pods and nodes of the cluster only (`externalIPs` are not looked at)",
    "source-ranges": "denied, whatever policies say: `loadBalancerSourceRanges` of the Service leave the client out",
  })[refused];

/** `shop/web → shop/db TCP 5432` */
export const flowText = ({ from, to, protocol, port }: Pick<ReportFlow, "from" | "to" | "protocol" | "port">): string =>
  `${from.name} → ${to.name} ${protocol} ${String(port)}`;

/** `NetworkPolicy shop/web` */
export const objectName = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;

/** Text with the place it is about, where there is one: `text (file:line)`. */
export const withPlace = (text: string, at: string): string => (at === "" ? text : `${text} (${at})`);

/** A policy, or one of its rules, with the place it was written. */
export const policyWithPlace = (policy: PolicyRef): string => withPlace(policyName(policy), place(policy.location));
export const ruleWithPlace = (rule: RuleRef): string => withPlace(ruleName(rule), place(rule.policy.location));

/** Names a ground of a finding: a policy, or one of its rules. */
export const groundText = (ground: PolicyRef | RuleRef): string => ("policy" in ground ? ruleWithPlace(ground) : policyWithPlace(ground));

/** Why one end lets a flow through or not, as a sentence that starts with the outcome: `denied, isolated by data/default-deny; no rule allows it`. */
export function directionSentence(verdict: DirectionVerdict, end: Pick<ReportEnd, "name" | "node" | "mayBePods">): string {
  const { decidedBy, direction } = verdict;
  switch (decidedBy) {
    case "outside":
      return `${verdict.outcome}, ${outsideText(end)}`;
    case "exempt":
      return `${verdict.outcome}, a pod's traffic to itself or from its own node is never subject to policy`;
    case "default":
      return `${verdict.outcome}, no policy isolates ${end.name} for ${direction}${unknownPart(verdict)}`;
    case "Admin":
    case "Baseline":
      return `${verdict.outcome}, ${verdict.clusterRules.map(clusterRuleText).join(", then ")}${unknownPart(verdict)}`;
    case "NetworkPolicy":
      return networkPolicySentence(verdict);
  }
}

/** Why no policy is asked about an address. */
function outsideText({ name, node, mayBePods }: Pick<ReportEnd, "name" | "node" | "mayBePods">): string {
  if (node !== undefined) return `${name} is a node, to which no policy applies`;
  if (mayBePods === true) return `no known pod has ${name}, so no policy is known to apply there`;
  return `${name} ${name.includes(", ") ? "are" : "is"} outside the cluster, where no policy applies`;
}

function networkPolicySentence(verdict: DirectionVerdict): string {
  const { outcome, isolatedBy, allowedBy } = verdict;
  const isolating = listed(isolatedBy.map(policyWithPlace));
  if (outcome === "allowed") return `allowed by ${listed(allowedBy.map(ruleWithPlace))}`;
  if (outcome === "denied") return `denied, isolated by ${isolating}; no rule allows it`;
  const perhaps = allowedBy.length === 0 ? "" : `, perhaps allowed by ${listed(allowedBy.map(ruleWithPlace))}`;
  return `undecided, isolated by ${isolating}${perhaps}${unknownPart(verdict)}`;
}

const clusterRuleText = (rule: DirectionVerdict["clusterRules"][number]): string =>
  `${shown(rule.action)} by the ${rule.tier} tier rule ${ruleWithPlace(rule)}${rule.name === undefined ? "" : `, "${rule.name}"`}`;

const unknownPart = ({ unknowns }: DirectionVerdict): string =>
  unknowns.length === 0 ? "" : `; not known: ${unknowns.map(({ because }) => because).join("; ")}`;

/** What a change does to one pair, in a few words. */
export const changeMark: Readonly<Record<ConnectionChange["kind"], string>> = { added: "+", removed: "-", changed: "~" };

/** What caused a change: `policy shop/allow-all added (stacks/policies.ts:41)`. */
export function changeCauses({ causes }: Pick<ConnectionChange, "causes">): readonly string[] {
  return [
    ...causes.policies.map((policy) => withPlace(`policy ${causeName(policy)} ${policy.change}`, place(policy.location))),
    ...causes.workloads.map((workload) => `workload ${workload}`),
    ...causes.namespaces.map((namespace) => `namespace ${namespace}`),
  ];
}

/** A policy's name with `?` for a namespace that is not known: why it is not is said once, about the input, and not again for every pair. */
const causeName = ({ namespace, name }: PolicyRef): string =>
  policyName({ name, ...(namespace === undefined ? {} : { namespace: isUnknown(namespace) ? "?" : namespace }) });

/** New exposure first, then what else becomes possible, then the rest; otherwise in the order of the report. */
export const byExposure = (changes: readonly ConnectionChange[]): readonly ConnectionChange[] =>
  [...changes].sort((a, b) => exposureRank(a) - exposureRank(b));

const exposureRank = ({ exposure, kind }: ConnectionChange): number => (exposure ? 0 : 3) + { added: 0, changed: 1, removed: 2 }[kind];

/** What is said first in every report: whether the policies mean anything on this cluster. */
export const enforcementStatement = ({ state }: Enforcement): string =>
  ({
    enforced: "NetworkPolicies are enforced",
    partly: "NetworkPolicies are enforced, but not for every workload",
    none: "NetworkPolicies are NOT enforced: every one of them is without effect",
    undecided: "it cannot be decided whether NetworkPolicies are enforced",
    unknown: "not known",
  })[state];

/** The same with its most important ground, for formats that have one line for it. */
export const enforcementInShort = (enforcement: Enforcement): string =>
  [enforcementStatement(enforcement), ...enforcement.grounds.slice(0, 1).map(({ message }) => message)].join("; ");

/** Whether a finding is on the gate's account. */
export const isOpen = ({ status }: Finding): boolean => status === "new";

/** How bad, worst first. */
export const severityRank: Readonly<Record<Finding["severity"], number>> = { error: 0, warning: 1, info: 2 };

/** Findings worst first, otherwise in the order of the report. */
export const bySeverity = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => severityRank[a.severity] - severityRank[b.severity]);

/** The gate in one line: `FAILED: 1 expectation fails`. */
export function gateLine({ result, because }: GateResult): string {
  const word = { passed: "passed", failed: "FAILED", undecided: "UNDECIDED" }[result];
  return because.length === 0 ? word : `${word}: ${because.join("; ")}`;
}

/** How well suggested policies fit, with what that holds under. */
export function proofStatement({ proof: { exact, assumptions = [] }, problems }: Pick<SuggestReport, "proof" | "problems">): string {
  const provided = assumptions.length === 0 ? "" : `, if ${assumptions.join("; and if ")}`;
  if (!exact) return `these policies differ from what was asked for${provided}:`;
  const rest = problems.length === 0 ? "and nothing else" : "as far as policies can";
  return `these policies allow exactly what was asked for, ${rest}${provided}`;
}

/** A changed pair in one line: `internet → shop/api: none → TCP 8080 (new exposure)`. */
export const changeSummary = (change: ConnectionChange): string => `${change.from.name} → ${change.to.name}: ${changeText(change)}`;

/** What changes for a pair: `none → TCP 8080 (new exposure)`. */
export function changeText(change: ConnectionChange): string {
  if (isUndecidedChange(change)) return undecidedChange(change);
  const { before, after, exposure } = change;
  return `${connectionsText(before)} → ${connectionsText(after)}${exposure ? " (new exposure)" : ""}`;
}

/** What may change where nothing certainly does: `may open TCP 80 (undecided)`. */
export function undecidedChange({ opened, closed, exposure }: ConnectionChange): string {
  const may = opened === "none" ? [] : [`may open ${opened} (undecided${exposure ? ", perhaps new exposure" : ""})`];
  const mayNot = closed === "none" ? [] : [`no longer may open ${closed} (undecided before)`];
  return [...may, ...mayNot].join("; ");
}

/** A changed pair with what caused it, for formats that have one text for all of it. */
export const changeMessage = (change: ConnectionChange): string =>
  [changeSummary(change), ...changeCauses(change).map((cause) => `because ${cause}`)].join("\n");

/** Whose verdict the example of a finding shows, where there is another: what the VPC CNI makes of the flow stands in the message. */
export const verdictBy = ({ code }: Pick<Finding, "code">): string => (code.startsWith("VPC") ? " by the specification" : "");

/** A flow, its outcome (and whose verdict that is) and why, one line for each direction. */
export const flowSentences = ({ from, to, verdict, ...flow }: ReportFlow, by = ""): readonly string[] => [
  `${flowText({ from, to, ...flow })} is ${verdict.outcome}${by}`,
  `egress: ${directionSentence(verdict.egress, from)}`,
  `ingress: ${directionSentence(verdict.ingress, to)}`,
];

/** What was found, a flow that shows it and what to do, for formats that have one text for all of it. */
export const findingMessage = ({ code, subject, message, witness, advice }: Finding): string =>
  [
    `${objectName(subject)}: ${message}`,
    ...(witness === undefined ? [] : flowSentences(witness, verdictBy({ code }))),
    `to do: ${advice}`,
  ].join("\n");

/** What does not hold and why, for formats that have one text for all of it. */
export const expectationMessage = ({ statement, result, problem, witness, because }: ExpectationReport): string =>
  [
    `${statement}: ${{ passed: "holds", failed: "does not hold", undecided: "cannot be decided" }[result]}`,
    ...(problem === undefined ? [] : [problem]),
    ...(witness === undefined ? [] : flowSentences(witness)),
    ...(because === undefined ? [] : [`because ${because}`]),
  ].join("\n");
