import type { Evaluation } from "../evaluation";
import type { LabelSelector, Peer, Workload } from "../model";
import { workloadIndex } from "../matching/workload-index";
import { contradicts, namedNamespaces, namesNobody, type WrittenRule, writtenRules } from "./policy-rules";
import { nameLabel, probesOf } from "./probes";
import { firstWorkload } from "./rule-ends";
import { selectedPods } from "./selected-pods";
import { flowOf, type FlowWitness, proven, samplePort, workloadEnd } from "./witness";
import { requirementsOf, selects } from "../selector";

/** An ingress entry that trusts pods of other namespaces by something that namespace owners, or anybody, can make true. */
export interface TrustingPeer {
  readonly written: WrittenRule;
  readonly peer: number;
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
  readonly trust: Trust;
}

export type Trust =
  /** Every pod of every namespace, those that do not exist yet included. */
  | "anyone"
  /** Pods with a label, in whatever namespace. */
  | "pod-label"
  /** Namespaces with a label other than the one that is their name. */
  | "namespace-label";

type PodsPeer = Extract<Peer, { readonly kind: "pods" }>;

const known = new WeakMap<Evaluation, readonly TrustingPeer[]>();

/**
 * Every entry of an ingress rule that trusts in one of these ways; entries of which something is not known are left out. Listed once for all
 * lint rules.
 */
export function trustingPeers(evaluation: Evaluation): readonly TrustingPeer[] {
  const found = known.get(evaluation) ?? writtenRules(evaluation).flatMap((written) => [...trustingIn(written)]);
  known.set(evaluation, found);
  return found;
}

function* trustingIn(written: WrittenRule): Generator<TrustingPeer> {
  if (written.direction !== "ingress" || written.rule.peers === "any") return;
  for (const [peer, each] of written.rule.peers.entries()) {
    const trust = each.kind === "pods" ? trustOf(each) : undefined;
    if (each.kind !== "pods" || each.namespaces === "own" || trust === undefined) continue;
    if (trust === "namespace-label" && namesNobody(written.matches.flatMap((match) => match.peers?.[peer] ?? []))) continue;
    yield { written, peer, namespaces: each.namespaces, pods: each.pods, trust };
  }
}

function trustOf({ namespaces, pods }: PodsPeer): Trust | undefined {
  if (namespaces === "own" || contradicts(namespaces) || contradicts(pods)) return undefined;
  // What a namespace is that nobody labelled: it has its name, and nobody asks for that one.
  const admitsStrangers = selects(namespaces, { [nameLabel]: "" });
  if (admitsStrangers === "yes") {
    const admitsAny = selects(pods, {});
    return admitsAny === "yes" ? "anyone" : admitsAny === "no" ? "pod-label" : undefined;
  }
  const asks = requirementsOf(namespaces).some(({ key }) => key !== nameLabel);
  return admitsStrangers === "no" && asks && namedNamespaces(namespaces) === undefined ? "namespace-label" : undefined;
}

/** A pod of another namespace that gets in by the entry. */
export function presentFlow(evaluation: Evaluation, { written, peer }: TrustingPeer): FlowWitness | undefined {
  const subject = subjectOf(evaluation, written);
  const other = subject === undefined ? undefined : memberOutside(evaluation, written, peer);
  return subject === undefined || other === undefined ? undefined : enteringFlow(evaluation, other, subject);
}

/** One pod of another namespace that the entry certainly names. */
const memberOutside = (evaluation: Evaluation, { policy, matches }: WrittenRule, peer: number): Workload | undefined =>
  firstWorkload(evaluation, matches[0]?.peers?.[peer]?.certain.members() ?? [], ({ namespace }) => namespace !== policy.namespace);

/** A pod without labels in a namespace nobody made yet, that gets in by the entry. */
export function strangerFlow(evaluation: Evaluation, { written }: TrustingPeer): FlowWitness | undefined {
  const subject = subjectOf(evaluation, written);
  const probes = probesOf(evaluation);
  return subject === undefined ? undefined : enteringFlow(probes.evaluation, probes.stranger, subject);
}

function subjectOf(evaluation: Evaluation, { place }: WrittenRule): Workload | undefined {
  const [group] = selectedPods(evaluation).ofPolicy(place);
  return group === undefined ? undefined : workloadIndex(evaluation).inGroup(group.index)[0];
}

function enteringFlow(evaluation: Evaluation, from: Workload, to: Workload): FlowWitness | undefined {
  const { universe, interpretations, table } = evaluation;
  const [source] = universe.groups.ofWorkload(from);
  const [target] = universe.groups.ofWorkload(to);
  const row = target === undefined ? undefined : interpretations[0]?.row(target, "ingress");
  const port = source === undefined || row === undefined ? undefined : samplePort(table.set(row.certain.at(source.index)), to);
  return port === undefined ? undefined : proven(evaluation, flowOf(to, "ingress", workloadEnd(from), port), "allowed");
}
