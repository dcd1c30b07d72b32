import type { Applies } from "./matching/applied-policies";
import type { ClusterRuleRef, PolicyRef, RuleRef } from "./decision";
import type { End } from "./ends";
import type { Interpretation } from "./interpretation";
import {
  type Cluster,
  type ClusterPeer,
  type ClusterPolicy,
  type Direction,
  isUnknown,
  type Labels,
  type NetworkPolicy,
  type Peer,
  type PortMatch,
  type Protocol,
  type Tier,
  type Unknown,
} from "./model";
import type { PeerMatch } from "./matching/peer-matching";
import type { PodGroup } from "./matching/pod-groups";
import type { RuleMatch } from "./matching/rule-matching";
import type { Ternary } from "./selector";
import { unknownsIn } from "./unknowns";

/** One end of a flow, asked about one direction in one interpretation. */
export interface Question {
  readonly cluster: Cluster;
  readonly interpretation: Interpretation;
  readonly direction: Direction;
  readonly subject: PodGroup;
  readonly other: End;
  readonly protocol: Protocol;
  readonly port: number;
}

/** Names a NetworkPolicy in reports. */
export const networkPolicyRef = ({ namespace, name, location }: NetworkPolicy): PolicyRef => ({
  kind: "NetworkPolicy",
  namespace,
  name,
  ...(location === undefined ? {} : { location }),
});

/** Names a cluster-wide policy in reports. */
export const clusterPolicyRef = ({ kind, name, location }: ClusterPolicy): PolicyRef => ({
  kind,
  name,
  ...(location === undefined ? {} : { location }),
});

/** The NetworkPolicies that isolate the subject, or may. */
export function isolatingPolicies(question: Question): readonly PolicyRef[] {
  return applied(question).networkPolicies.flatMap(({ policy }) => {
    const object = question.cluster.policies[policy];
    return object === undefined ? [] : [networkPolicyRef(object)];
  });
}

/** What would have to be known to say which NetworkPolicies isolate the subject. */
export function isolationDoubts(question: Question): readonly Unknown[] {
  return applied(question).networkPolicies.flatMap(({ policy, isCertain }) => {
    const object = question.cluster.policies[policy];
    if (object === undefined || isCertain) return [];
    return [whyUndecided(question, [object.subject, object.namespace, object.unknownDirections])];
  });
}

/** Every NetworkPolicy rule that matches the flow, or may: not only the first. */
export function matchingRules(question: Question): readonly RuleRef[] {
  return applied(question).networkPolicies.flatMap((applies) => rulesOfOnePolicy(question, applies));
}

function rulesOfOnePolicy(question: Question, { policy, isCertain }: Applies): readonly RuleRef[] {
  const object = question.cluster.policies[policy];
  if (object === undefined) return [];
  const rules = object[question.direction] ?? [];
  return question.interpretation.rulesOf(policy, question.direction).flatMap((match, index) => {
    const written = rules[index]?.ports;
    const hit = hitOf(question, match, written === undefined || written === "any" ? undefined : written);
    if (hit.answer === "no") return [];
    const because =
      isCertain && hit.answer === "yes"
        ? undefined
        : (addressDoubt(question, match, hit, rules[index]?.peers) ??
          whyUndecided(question, [object.subject, object.namespace, rules[index]]));
    return [ruleRef(networkPolicyRef(object), question.direction, index, hit, because)];
  });
}

/** The cluster-wide rules of a tier that match the flow, in the order they are read, up to the one that decides. */
export function matchingClusterRules(question: Question, tier: Tier): readonly ClusterRuleRef[] {
  const inTier = applied(question)
    .clusterPolicies.flatMap(({ policy, isCertain }) => {
      const object = question.cluster.clusterPolicies[policy];
      return object?.tier === tier ? [{ policy, isCertain, object }] : [];
    })
    .sort((a, b) => priorityOf(a.object) - priorityOf(b.object));
  const refs: ClusterRuleRef[] = [];
  let decidedAt: number | undefined;
  for (const { policy, isCertain, object } of inTier) {
    if (decidedAt !== undefined && priorityOf(object) > decidedAt) break;
    const matching = clusterRulesOfOnePolicy(question, policy, isCertain, object);
    refs.push(...matching);
    if (matching.some(({ undecided }) => undecided === undefined)) decidedAt = priorityOf(object);
  }
  return refs;
}

/** Lowest first; one that is not known is read as last, and marks the result undecided elsewhere. */
const priorityOf = ({ priority }: ClusterPolicy): number => (isUnknown(priority) ? Infinity : priority);

function clusterRulesOfOnePolicy(question: Question, policy: number, isCertain: boolean, object: ClusterPolicy): readonly ClusterRuleRef[] {
  const refs: ClusterRuleRef[] = [];
  const matches = question.interpretation.clusterRulesOf(policy, question.direction);
  for (const [index, match] of matches.entries()) {
    const written = object[question.direction][index];
    const ports = written === undefined || written.ports === "any" ? undefined : written.ports;
    const hit = hitOf(question, match, ports);
    if (hit.answer === "no") continue;
    const because =
      isCertain && hit.answer === "yes"
        ? undefined
        : (addressDoubt(question, match, hit, written?.peers) ?? whyUndecided(question, [object.subject, object.priority, written]));
    refs.push({
      ...ruleRef(clusterPolicyRef(object), question.direction, index, hit, because),
      tier: object.tier,
      action: match.action,
      ...(written?.name === undefined ? {} : { name: written.name }),
    });
    if (because === undefined) break;
  }
  return refs;
}

interface Hit {
  readonly answer: Ternary;
  readonly peer?: number;
  readonly port?: number;
}

function hitOf(question: Question, rule: RuleMatch, ports: readonly PortMatch[] | undefined): Hit {
  const peer = best((rule.peers ?? []).map((match) => matchesPeer(match, question.other)));
  const port = best((ports ?? []).map((each) => matchesPort(each, question)));
  const answers = [rule.peers === undefined ? "yes" : peer.answer, ports === undefined ? "yes" : port.answer] as const;
  const answer = answers.includes("no") ? "no" : answers.includes("maybe") || rule.isUncertain ? "maybe" : "yes";
  return {
    answer,
    ...(rule.peers === undefined || peer.index === undefined ? {} : { peer: peer.index }),
    ...(ports === undefined || port.index === undefined ? {} : { port: port.index }),
  };
}

/** The entry that says the most: the first that matches, else the first that may. */
function best(answers: readonly Ternary[]): { readonly answer: Ternary; readonly index?: number } {
  for (const answer of ["yes", "maybe"] as const) {
    const index = answers.indexOf(answer);
    if (index !== -1) return { answer, index };
  }
  return { answer: "no" };
}

const matchesPeer = ({ certain, possible }: PeerMatch, { index }: End): Ternary =>
  certain.has(index) ? "yes" : possible.has(index) ? "maybe" : "no";

function matchesPort(port: PortMatch, { interpretation, direction, subject, other, protocol, port: number }: Question): Ternary {
  switch (port.kind) {
    case "range":
      return port.protocol === protocol && port.from <= number && number <= port.to ? "yes" : "no";
    case "unknown":
      return port.protocol === undefined || port.protocol === protocol ? "maybe" : "no";
    case "named": {
      const destination = direction === "ingress" ? subject : other.group;
      return destination === undefined ? "no" : interpretation.ports.nameStandsFor(port, destination, protocol, number);
    }
  }
}

function ruleRef(policy: PolicyRef, direction: Direction, rule: number, { peer, port }: Hit, undecided: Unknown | undefined): RuleRef {
  return {
    policy,
    direction,
    rule,
    ...(peer === undefined ? {} : { peer }),
    ...(port === undefined ? {} : { port }),
    ...(undecided === undefined ? {} : { undecided }),
  };
}

/** What is missing where the peer that may match is a known block: where pods are. */
function addressDoubt(
  question: Question,
  { peers: matches = [] }: RuleMatch,
  { peer: at }: Hit,
  peers: readonly (Peer | ClusterPeer)[] | "any" = "any",
): Unknown | undefined {
  if (at === undefined || peers === "any") return undefined;
  const [match, peer] = [matches[at], peers[at]];
  return match !== undefined && isKnownBlock(peer) && matchesPeer(match, question.other) === "maybe" ? placeDoubt(question) : undefined;
}

const isKnownBlock = (peer: Peer | ClusterPeer | undefined): boolean =>
  (peer?.kind === "ipBlock" || peer?.kind === "networks") && unknownsIn(peer).length === 0;

const placeDoubt = ({ cluster, other }: Question): Unknown | undefined =>
  other.group?.addresses.length === 0 ? cluster.unknownPodCidrs : undefined;

function whyUndecided({ subject, other }: Question, parts: readonly unknown[]): Unknown {
  const keys = keysIn(parts);
  const ends = (other.group === undefined ? [subject] : [subject, other.group]).map(({ labels, ...rest }) => ({
    ...rest,
    labels: Object.entries(labels).filter(([key]) => keys.has(key)),
  }));
  const [first] = unknownsIn([...parts, ...ends]);
  return first ?? { unknown: true, because: "a namespace's labels, or an address, that the input does not hold" };
}

/** The label keys that selectors in a piece of a policy ask for: other labels of an end cannot be why it is undecided. */
function keysIn(parts: readonly unknown[]): ReadonlySet<string> {
  const keys = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const { matchLabels, key } = part as { readonly matchLabels?: Labels; readonly key?: unknown };
    for (const each of Object.keys(matchLabels ?? {})) keys.add(each);
    if (typeof key === "string") keys.add(key);
    Object.values(part).forEach(visit);
  };
  parts.forEach(visit);
  return keys;
}

const applied = ({ interpretation, subject, direction }: Question) => interpretation.appliesTo(subject, direction);
