import {
  type CoveredEnd,
  type Difference,
  type DnsService,
  type RequiredFlow,
  type Synthesis,
  type SynthesisProblem,
  synthesize,
} from "../../engine";
import { type Cluster, shown, type Workload, workloadName } from "../../engine/model";
import { policyName } from "../../outputs/reasons";
import { directionSentence, listed } from "../../outputs/sentences";
import { type ReportNote, type SuggestReport } from "../../engine/report";
import type { Analysis } from "../analysis";
import { unplacedPods } from "../unplaced-pods";
import { networkPolicyObject } from "../../outputs/kubernetes-objects";
import { renderYaml } from "../../outputs/yaml";
import type { WrittenFlows } from "./flow-file";
import { endText, linkText } from "./link-text";
import { FlowFinder } from "./required-flows";
import { unpreventableLines } from "./unpreventable";

/** So many differences are listed; of the rest it is said how many they are. */
const differencesListed = 50;

/** The least-privilege policies for flows that are asked for, with the proof of how exactly they fit. */
export function suggestReport({ evaluation, report }: Analysis, wish: WrittenFlows): SuggestReport {
  const finder = new FlowFinder(evaluation);
  const flows = wish.flows.flatMap((each) => finder.find(each));
  const found = synthesize(evaluation.cluster, flows, optionsOf(wish, flows));
  const { policies, proof, problems } = found;
  const differences = [...proof.missing.map(missingText), ...proof.extra.map(extraText)];
  const rest = differences.length - differencesListed;
  return {
    kind: "suggest",
    ...report,
    notes: [...report.notes, ...notesOn(found, flows, wish)],
    policies: policies.map((policy) => ({
      ref: { kind: "NetworkPolicy", namespace: shown(policy.namespace), name: shown(policy.name) },
      yaml: renderYaml([networkPolicyObject(policy)]),
    })),
    proof: {
      exact: differences.length === 0 && problems.length === 0,
      differences: [...differences.slice(0, differencesListed), ...(rest > 0 ? [`and ${String(rest)} more`] : [])],
      ...assumptionsOf(evaluation.cluster, found),
    },
    problems: [...wish.problems, ...problems.map(problemText), ...unpreventableLines(proof.unpreventable)],
  };
}

/** Of pods whose addresses nobody knows, it is assumed where they are, so that they can be excepted from blocks that the policies name. */
function assumptionsOf(cluster: Cluster, { policies }: Synthesis): Pick<SuggestReport["proof"], "assumptions"> {
  const unplaced = unplacedPods({ ...cluster, policies, clusterPolicies: [] });
  return unplaced === undefined ? {} : { assumptions: [`pods are in ${unplaced.ranges}: ${unplaced.fact}; ${unplaced.wayOut}`] };
}

/** The namespaces of the flows' ends are closed in any case. */
function optionsOf(
  { dns, namespaces }: WrittenFlows,
  flows: readonly RequiredFlow[],
): { readonly dns?: DnsService; readonly namespaces?: readonly string[] } {
  const theirs = flows
    .flatMap(({ from, to }) => [from, to])
    .flatMap((end) => (end.kind === "workload" && typeof end.workload.namespace === "string" ? [end.workload.namespace] : []));
  return {
    ...(dns === undefined ? {} : { dns }),
    ...(namespaces === undefined ? {} : { namespaces: [...new Set([...namespaces, ...theirs])] }),
  };
}

function notesOn({ replaced, namespaces }: Synthesis, flows: readonly RequiredFlow[], { dns }: WrittenFlows): readonly ReportNote[] {
  const hasNames = namespaces.length === 0 || dns !== undefined || flows.some(({ ports }) => ports === "every" || ports === 53);
  const messages = [
    ...(replaced.length === 0
      ? []
      : [`these policies take the place of ${listed(replaced.map(policyName))}: delete those whose name is not among them`]),
    ...(hasNames
      ? []
      : [`no flow goes to a name server, so that pods of ${listed(namespaces)} resolve no names; say \`--dns\` if they must`]),
  ];
  return messages.map((message) => ({ severity: "note", message, location: {} }));
}

function extraText({ verdict, ...link }: Difference): string {
  return `${linkText(link)} is ${verdict.outcome === "undecided" ? "perhaps " : ""}allowed as well`;
}

function missingText({ verdict, ...link }: Difference): string {
  const blamed = [verdict.egress, verdict.ingress].filter(({ outcome }) => outcome !== "allowed");
  const reasons = blamed.map(
    (each) => `${each.direction} ${directionSentence(each, { name: endText(each.direction === "egress" ? link.from : link.to) })}`,
  );
  return `${linkText(link)} is not certainly allowed: ${reasons.join("; ")}`;
}

function problemText(problem: SynthesisProblem): string {
  switch (problem.kind) {
    case "inseparable":
      if (problem.end.kind === "addresses") return blockText(problem.end.cidr, problem.others);
      return `${coveredText(problem.end)} cannot be told apart from ${listed(problem.others.map((each) => workloadName(each)))} by labels: what is allowed for it is allowed for them`;
    case "impossible":
      return `no NetworkPolicy can allow ${linkText(problem.missing)}`;
    case "unplaced":
      return `${flowText(problem.flow)} cannot be written: the namespace of an end is not known`;
    case "outside":
      return `${flowText(problem.flow)} is nothing a policy can allow: neither end is a pod`;
    case "no-dns":
      return `no pod of namespace ${problem.dns.namespace} is certainly the name server (${labelText(problem.dns)}), so that name resolution is not proven`;
  }
}

const blockText = (cidr: string, others: readonly Workload[]): string =>
  `pods of ${listed(others.map((each) => workloadName(each)))} have addresses of ${cidr}, or may have: what is allowed for it is allowed for them`;

const labelText = ({ pods }: DnsService): string =>
  Object.entries(pods)
    .map(([key, value]) => `${key}=${shown(value)}`)
    .join(", ");

function coveredText(end: CoveredEnd): string {
  if (end.kind === "dns") return "the name server";
  return end.kind === "workload" ? workloadName(end.workload) : end.cidr;
}

function flowText({ from, to, protocol, ports }: RequiredFlow): string {
  const text = ports === "every" ? "all" : typeof ports === "number" ? String(ports) : `${String(ports.from)}-${String(ports.to)}`;
  return `${coveredText(from)} → ${coveredText(to)} ${protocol} ${text}`;
}
