import type { Evaluation } from "../../evaluation";
import { type ClusterPolicy, directions, isUnknown, type LabelSelector, type Peer, type Value } from "../../model";
import { workloadIndex } from "../../matching/workload-index";
import { clusterPolicyRef, networkPolicyRef } from "../../reasons";
import { requirementsOf, selects } from "../../selector";
import { contradicts, fieldOf, namedNamespaces, namesNobody, refOf, selectorText, type WrittenRule, writtenRules } from "../policy-rules";
import { systemNamespaces } from "../probes";
import type { LintRule, RuleFinding, Severity } from "../rule";
import { selectedPods } from "../selected-pods";
import { placed, policyObject, quoted } from "../words";
import { flowOf, proven, samplePort, witnessed, workloadEnd } from "../witness";
import { ConnectionSet } from "../../sets/connection-set";

export const np101SelectorMatchesNothing: LintRule = {
  code: "NP101",
  name: "selector-matches-nothing",
  title: "A selector of a policy matches no pod, so the policy or the peer has no effect",
  severity: "warning",
  category: "correctness",
  seesUnread: true,
  check({ evaluation }) {
    return [...subjects(evaluation), ...peers(evaluation), ...clusterWide(evaluation)];
  },
};

const never = "contradicts itself and can never match";

function subjects(evaluation: Evaluation): readonly RuleFinding[] {
  const { cluster } = evaluation;
  const selected = selectedPods(evaluation);
  return cluster.policies.flatMap((policy, place) => {
    const { subject, namespace } = policy;
    const isNever = contradicts(subject);
    // `{}` is meant for pods to come, and an unknown part may match any of them.
    if (!isNever && (requirementsOf(subject).length === 0 || selected.ofPolicy(place).length > 0)) return [];
    if (policy.ingress === undefined && policy.egress === undefined) return [];
    if (!isNever && isOfCluster(evaluation, [namespace])) return [];
    const severity = isNever ? "error" : severityFor(evaluation, workloadIndex(evaluation).inNamespace(namespace).length > 0);
    if (severity === undefined) return [];
    const text = quoted(selectorText(subject));
    return [
      {
        subject: policyObject(policy),
        message: isNever
          ? `\`podSelector\` ${text} ${never} a pod, so the policy never applies`
          : `\`podSelector\` ${text} matches no pod of the namespace, so the policy isolates nothing and allows nothing`,
        advice: "correct the labels of `podSelector`, or remove the policy",
        ...placed(policy),
        field: "spec.podSelector",
        because: [networkPolicyRef(policy)],
        key: "subject",
        severity,
      },
    ];
  });
}

/** Whether these are namespaces of the cluster itself, whose pods the input does not show: they are made by whoever makes the cluster. */
const isOfCluster = (evaluation: Evaluation, names: readonly Value<string>[]): boolean =>
  names.length > 0 &&
  names.every((name) => !isUnknown(name) && systemNamespaces.includes(name) && workloadIndex(evaluation).inNamespace(name).length === 0);

/** Nothing can be said of pods that the input does not hold at all, and little of a namespace it holds no pods of. */
function severityFor({ cluster }: Evaluation, hasPods: boolean): Severity | undefined {
  return cluster.workloads.length === 0 ? undefined : hasPods ? "warning" : "info";
}

function peers(evaluation: Evaluation): readonly RuleFinding[] {
  const places = new Map<string, Place>();
  return writtenRules(evaluation).flatMap((written) => {
    const { rule, matches } = written;
    if (rule.peers === "any") return [];
    return rule.peers.flatMap((peer, index) => {
      if (peer.kind !== "pods") return [];
      const isNever = contradicts(peer.pods) || (peer.namespaces !== "own" && contradicts(peer.namespaces));
      const isNobody = isNever || namesNobody(matches.flatMap((match) => match.peers?.[index] ?? []));
      if (!isNobody) return [];
      const found = isNever ? { severity: "error" as const, says: never } : judged(evaluation, written, peer, places);
      return found === undefined ? [] : [peerFinding(evaluation, written, index, peer, found)];
    });
  });
}

type PodsPeer = Extract<Peer, { readonly kind: "pods" }>;

interface Judgement {
  readonly severity: Severity;
  readonly says: string;
  /** The namespace that was probably meant. */
  readonly meant?: string;
}

function peerFinding(
  evaluation: Evaluation,
  written: WrittenRule,
  peer: number,
  selectors: PodsPeer,
  { severity, says, meant }: Judgement,
): RuleFinding {
  const namespaces = selectors.namespaces === "own" ? "" : `namespaceSelector ${quoted(selectorText(selectors.namespaces))}`;
  const pods = requirementsOf(selectors.pods).length === 0 ? "" : `podSelector ${quoted(selectorText(selectors.pods))}`;
  const text = [namespaces, pods].filter((each) => each !== "").join(" with ");
  return {
    subject: policyObject(written.policy),
    message: `the peer (${text === "" ? "every pod of the namespace" : text}) ${says}, so this entry ${written.direction === "ingress" ? "lets nobody in" : "opens nothing"}`,
    advice:
      meant === undefined
        ? "correct the labels of the peer, or remove the entry"
        : `select the namespace by the label every namespace has: \`kubernetes.io/metadata.name: ${meant}\``,
    ...placed(written.policy),
    field: fieldOf(written, { peer }),
    because: [refOf(written, { peer })],
    key: `${written.direction} ${text}`,
    severity,
    ...(meant === undefined ? {} : witnessed(refusedFlow(evaluation, written, selectors, meant))),
  };
}

/** A flow that the entry was probably meant to allow, and that is denied. */
function refusedFlow(evaluation: Evaluation, { place, direction }: WrittenRule, { pods }: PodsPeer, meant: string) {
  const index = workloadIndex(evaluation);
  const other = index.inNamespace(meant).find(({ labels, unknownLabels }) => selects(pods, labels, unknownLabels) === "yes");
  const [group] = selectedPods(evaluation).ofPolicy(place);
  const [subject] = group === undefined ? [] : index.inGroup(group.index);
  const port = samplePort(ConnectionSet.all, direction === "ingress" ? subject : other);
  if (other === undefined || subject === undefined || port === undefined) return undefined;
  return proven(evaluation, flowOf(subject, direction, workloadEnd(other), port), "denied");
}

/** What the namespaces of a selector are; remembered, as many peers share selectors. */
interface Place {
  readonly names: readonly string[];
  readonly hasPods: boolean;
}

function judged(
  evaluation: Evaluation,
  { policy }: WrittenRule,
  { namespaces }: PodsPeer,
  places: Map<string, Place>,
): Judgement | undefined {
  const place = namespaces === "own" ? ownPlace(evaluation, policy.namespace) : placeOf(evaluation, namespaces, places);
  const severity = severityFor(evaluation, place.hasPods);
  if (severity === undefined || isOfCluster(evaluation, place.names)) return undefined;
  if (namespaces === "own") return { severity, says: "matches no pod of the policy's own namespace" };
  return place.names.length > 0
    ? { severity, says: "matches no pod of the namespaces it names" }
    : missingNamespace(evaluation, namespaces);
}

function ownPlace(evaluation: Evaluation, namespace: Value<string>): Place {
  const names = isUnknown(namespace) ? [] : [namespace];
  return { names, hasPods: names.some((name) => workloadIndex(evaluation).inNamespace(name).length > 0) };
}

function missingNamespace(evaluation: Evaluation, namespaces: LabelSelector): Judgement | undefined {
  // A namespace that is asked for by name and is not there is the matter of NP105.
  if (namedNamespaces(namespaces) !== undefined) return undefined;
  const meant = meantNamespace(evaluation, namespaces);
  return meant === undefined
    ? { severity: "warning", says: "matches no namespace of the input" }
    : { severity: "error", says: "matches no namespace: no label of that name is set by Kubernetes", meant };
}

function placeOf(evaluation: Evaluation, selector: LabelSelector, places: Map<string, Place>): Place {
  const key = JSON.stringify(selector);
  const known = places.get(key);
  if (known !== undefined) return known;
  const found = evaluation.cluster.namespaces.filter(({ labels, unknownLabels }) => selects(selector, labels, unknownLabels) !== "no");
  const names = found.flatMap(({ name }) => (isUnknown(name) ? [] : [name]));
  const place = { names, hasPods: names.some((name) => workloadIndex(evaluation).inNamespace(name).length > 0) };
  places.set(key, place);
  return place;
}

/** Keys that are taken for a namespace's name, though nobody sets them. */
const isForNames = (key: string): boolean => /(?:^|[./_-])(?:name|namespace|ns)$/.test(key);

/** The namespace whose name stands as the value of such a label, `name: frontend`; undefined where somebody does set it. */
function meantNamespace({ cluster }: Evaluation, selector: LabelSelector): string | undefined {
  const names = new Set([...systemNamespaces, ...cluster.namespaces.flatMap(({ name }) => (isUnknown(name) ? [] : [name]))]);
  const isSet = (key: string): boolean => cluster.namespaces.some(({ labels }) => Object.hasOwn(labels, key));
  const values = requirementsOf(selector).flatMap((requirement) =>
    requirement.operator === "In" && isForNames(requirement.key) && !isSet(requirement.key) ? requirement.values : [],
  );
  return values.find((value): value is string => typeof value === "string" && names.has(value));
}

function clusterWide(evaluation: Evaluation): readonly RuleFinding[] {
  const selected = selectedPods(evaluation);
  return evaluation.cluster.clusterPolicies.flatMap((policy, place) => [
    ...clusterSubject(evaluation, policy, selected.ofClusterPolicy(place).length > 0),
    ...directions.flatMap((direction) =>
      policy[direction].flatMap(({ peers }, rule) =>
        peers.flatMap((peer, index): readonly RuleFinding[] => {
          if (peer.kind !== "pods" || !(contradicts(peer.namespaces) || contradicts(peer.pods))) return [];
          return [
            {
              subject: policyObject(policy),
              message: `the peer ${quoted([peer.namespaces, peer.pods].map(selectorText).filter(Boolean).join(" with "))} ${never} a pod`,
              advice: "correct the labels of the peer, or remove the entry",
              ...placed(policy),
              field: `${fieldOf({ direction, index: rule })}.${direction === "ingress" ? "from" : "to"}[${String(index)}]`,
              because: [{ policy: clusterPolicyRef(policy), direction, rule, peer: index }],
              key: `${direction} ${JSON.stringify(peer)}`,
              severity: "error",
            },
          ];
        }),
      ),
    ),
  ]);
}

/** Whether a selector asks by name for namespaces that are not there, which is the matter of NP105, or whose pods the input does not show. */
function isLeftToOthers(evaluation: Evaluation, namespaces: LabelSelector): boolean {
  const names = namedNamespaces(namespaces) ?? [];
  const index = workloadIndex(evaluation);
  return isOfCluster(evaluation, names) || (names.length > 0 && names.every((name) => index.namespaces(name).length === 0));
}

function clusterSubject(evaluation: Evaluation, policy: ClusterPolicy, isSelecting: boolean): readonly RuleFinding[] {
  const { namespaces, pods } = policy.subject;
  const isNever = contradicts(namespaces) || contradicts(pods);
  const asks = requirementsOf(namespaces).length + requirementsOf(pods).length > 0;
  if (!isNever && isLeftToOthers(evaluation, namespaces)) return [];
  const severity = isNever ? "error" : severityFor(evaluation, true);
  if (severity === undefined || (!isNever && (isSelecting || !asks || policy.ingress.length + policy.egress.length === 0))) return [];
  const text = quoted([namespaces, pods].map(selectorText).filter(Boolean).join(" with "));
  return [
    {
      subject: policyObject(policy),
      message: isNever
        ? `\`subject\` ${text} ${never} a pod, so the policy never applies`
        : `\`subject\` ${text} matches no pod of the input, so the policy has no effect`,
      advice: "correct the labels of `subject`, or remove the policy",
      ...placed(policy),
      field: "spec.subject",
      because: [clusterPolicyRef(policy)],
      key: "subject",
      severity,
    },
  ];
}
