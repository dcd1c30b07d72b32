/**
 * What the engine decides about a cluster with unknowns must hold however they turn out; and where it cannot decide about a single unknown,
 * the unknown must really matter.
 */
import fc from "fast-check";
import { evaluate, reachability, verdict } from "../../engine";
import { unknown } from "../../engine/model";
import type { Cluster, NetworkPolicy, Outcome } from "../../engine/model";
import { anyCluster } from "../arbitraries/cluster";
import { flowOf, flowsOf, pickOf } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, clusterRule, containerPort, flow, ipBlock, labelled, named, ownPods, podsIn, rule, tcp } from "../builders";
import { complete, completionsOf, flowIn, randomly } from "../reference/completions";
import { referenceOutcome } from "../reference/evaluator";
import { agreementPlan, clustersWithFlows, inWords, ordinaryFeatures, type Share, tierFeatures } from "./agreement";
import { FeatureCount } from "./feature-count";
import { check } from "../property-runs";

const { unknowns } = agreementPlan;
const completionsPerCluster = 10;

/** Some completions of a cluster, the same for the same seed. */
function someCompletions(uncertain: Cluster, seed: number): readonly Cluster[] {
  const choose = randomly(numbers(seed));
  return Array.from({ length: completionsPerCluster }, () => complete(uncertain, choose));
}

/** Reproducible numbers in [0, 1): enough to choose by, not to be random. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const casesOf = (share: Share) =>
  fc.tuple(
    clustersWithFlows(share, (features) => withUnknowns(anyCluster(features))),
    fc.nat(),
  );

describe("with unknowns", () => {
  test(`a verdict that is decided holds in every completion, of ${unknowns.flows.toLocaleString("en")} flows`, () => {
    const met = new FeatureCount();
    const property = fc.property(casesOf(unknowns), ([[uncertain, picks], seed]) => {
      const evaluation = evaluate(uncertain);
      const flows = flowsOf(uncertain, picks);
      const answers = flows.map((flow) => verdict(evaluation, flow).outcome);
      for (const completed of someCompletions(uncertain, seed)) {
        const expected = flows.map((flow, index) => {
          const answer = answers[index];
          return answer === "undecided" ? answer : referenceOutcome(completed, flowIn(completed, uncertain, flow));
        });
        expect(inWords(flows, answers)).toEqual(inWords(flows, expected));
      }
      met.add(uncertain, flows, answers);
    });
    check("soundness of verdicts", unknowns.clusters, property);
    met.print(unknowns.title);
    expect(met.flows).toBeGreaterThanOrEqual(unknowns.flows);
    expect(met.rarerThan(500, [...ordinaryFeatures, ...tierFeatures, "unknowns", "undecided", "host network"])).toEqual([]);
  });

  test("connections lie between their bounds in every completion", () => {
    const property = fc.property(casesOf({ ...unknowns, flowsPerCluster: 10 }), ([[uncertain, picks], seed]) => {
      const reach = reachability(evaluate(uncertain));
      const completions = someCompletions(uncertain, seed);
      for (const pick of picks) {
        const [from, to] = [pickOf(uncertain.workloads, pick.from.index), pickOf(uncertain.workloads, pick.to.index)];
        const { certain, possible } = reach.between(from, to);
        const { protocol, port } = flowOf(uncertain, pick);
        const asked = { from: { kind: "workload", workload: from }, to: { kind: "workload", workload: to }, protocol, port } as const;
        for (const completed of completions) {
          const outcome = referenceOutcome(completed, flowIn(completed, uncertain, asked));
          expect({ outcome, certain: certain.has(protocol, port) }).not.toEqual({ outcome: notAllowed(outcome), certain: true });
          expect({ outcome, possible: possible.has(protocol, port) }).not.toEqual({ outcome: notDenied(outcome), possible: false });
        }
      }
    });
    check("soundness of reachability", 100, property);
  });
});

const notAllowed = (outcome: Outcome): Outcome => (outcome === "allowed" ? "denied" : outcome);
const notDenied = (outcome: Outcome): Outcome => (outcome === "denied" ? "allowed" : outcome);

describe("a single unknown that matters is undecided, and both answers can come true", () => {
  const later = unknown("known after apply");
  const town = cluster()
    .node("n1", ["172.30.0.1"], { pool: "front" })
    .namespace("y", { team: "blue" })
    .pod("c", { labels: { app: "c" }, ips: ["10.0.0.3"] })
    .namespace("x", { team: "red" })
    .pod("b", { ips: ["10.0.0.2"] });
  const web = { labels: { app: "web" }, ips: ["10.0.0.1"], ports: [containerPort("http", 80)] };
  const plain = town.pod("a", web);
  const admin = { ingress: [clusterRule("Deny", [podsIn(labelled({ team: "blue" }))])] };

  const cases: readonly (readonly [string, Cluster])[] = [
    [
      "a label of the subject",
      town
        .pod("a", { ...web, labels: { app: later } })
        .policy("p", { subject: labelled({ app: "web" }), ingress: [] })
        .build(),
    ],
    [
      "whether the subject has more labels",
      town
        .pod("a", { ...web, labels: {}, unknownLabels: later })
        .policy("p", { subject: labelled({ app: "web" }), ingress: [] })
        .build(),
    ],
    ["the namespace of the policy", withPolicies((policy) => ({ ...policy, namespace: later }))],
    ["a label the subject selector asks for", plain.policy("p", { subject: labelled({ app: later }), ingress: [] }).build()],
    [
      "a value of a requirement",
      plain.policy("p", { subject: { matchExpressions: [{ key: "app", operator: "NotIn", values: [later] }] }, ingress: [] }).build(),
    ],
    ["what else a selector demands", plain.policy("p", { ingress: [rule({ peers: [podsIn({ unknown: later })] })] }).build()],
    ["the directions of a policy", plain.policy("p", { ingress: [], egress: [], unknownDirections: later }).build()],
    ["whether a rule is there", plain.policy("p", { ingress: [rule({ unknown: later })] }).build()],
    ["a peer", plain.policy("p", { ingress: [rule({ peers: [{ kind: "unknown", unknown: later }] })] }).build()],
    ["a block of addresses", plain.policy("p", { ingress: [rule({ peers: [ipBlock(later)] })] }).build()],
    ["an exception from a block", plain.policy("p", { ingress: [rule({ peers: [ipBlock("10.0.0.0/24", later)] })] }).build()],
    ["a port of a rule", plain.policy("p", { ingress: [rule({ ports: [{ kind: "unknown", unknown: later }] })] }).build()],
    [
      "a port of a rule for one protocol",
      plain.policy("p", { ingress: [rule({ ports: [{ kind: "unknown", unknown: later, protocol: "TCP" }] })] }).build(),
    ],
    [
      "the number of a named port",
      town
        .pod("a", { ...web, ports: [containerPort("http", later)] })
        .policy("p", { ingress: [rule({ ports: [named("http")] })] })
        .build(),
    ],
    [
      "whether more ports are declared",
      town
        .pod("a", { ...web, ports: [], unknownPorts: later })
        .policy("p", { ingress: [rule({ ports: [named("http")] })] })
        .build(),
    ],
    ["the action of a cluster-wide rule", plain.clusterPolicy("c", { ingress: [clusterRule(later, [podsIn()])] }).build()],
    [
      "a priority",
      plain
        .clusterPolicy("c", { ...admin, priority: 5 })
        .clusterPolicy("d", { priority: later, ingress: [clusterRule("Accept", [podsIn()])] })
        .build(),
    ],
    [
      "a peer of a cluster-wide rule",
      plain.clusterPolicy("c", { ingress: [clusterRule("Deny", [{ kind: "unknown", unknown: later }])] }).build(),
    ],
    [
      "a network of a cluster-wide rule",
      plain.clusterPolicy("c", { egress: [clusterRule("Deny", [{ kind: "networks", cidrs: [later] }])] }).build(),
    ],
    [
      "a port of a cluster-wide rule",
      plain.clusterPolicy("c", { ingress: [clusterRule("Deny", [podsIn()], [{ kind: "unknown", unknown: later }])] }).build(),
    ],
    ["a label of the source's namespace", unsureNamespace()],
    [
      "the network of the subject",
      town
        .pod("a", { ...web, hostNetwork: later })
        .clusterPolicy("c", admin)
        .build(),
    ],
  ];

  /** The experiment's allow rule, with the label it looks for not known on the namespace. */
  function unsureNamespace(): Cluster {
    const peers = [podsIn(labelled({ team: "blue" }))];
    const built = plain.policy("p", { ingress: [rule({ peers })] }).build();
    return {
      ...built,
      namespaces: built.namespaces.map((each) => (each.name === "y" ? { ...each, labels: { ...each.labels, team: later } } : each)),
    };
  }

  function withPolicies(change: (policy: NetworkPolicy) => NetworkPolicy): Cluster {
    const built = plain.policy("p", { ingress: [] }).build();
    return { ...built, policies: built.policies.map(change) };
  }

  test.each(cases)("%s", (_name, uncertain) => {
    const asked = flow(uncertain, "y/c", "x/a");
    const outcomes = new Set(
      [...completionsOf(uncertain, 2_000)].map((completed) => referenceOutcome(completed, flowIn(completed, uncertain, asked))),
    );
    expect({
      outcome: verdict(evaluate(uncertain), asked).outcome,
      bothPossible: outcomes.has("allowed") && outcomes.has("denied"),
    }).toEqual({
      outcome: "undecided",
      bothPossible: true,
    });
  });

  test.each([
    [
      "an unknown label no selector asks about",
      town
        .pod("a", { ...web, labels: { app: "web", note: later } })
        .policy("p", { ingress: [] })
        .build(),
    ],
    ["an unknown rule beside one that allows", plain.policy("p", { ingress: [rule(), rule({ unknown: later })] }).build()],
    [
      "an unknown block behind ports that do not match",
      plain.policy("p", { ingress: [rule({ peers: [ipBlock(later)], ports: [tcp(81)] })] }).build(),
    ],
    [
      "an unknown peer in a policy of other pods",
      plain.policy("p", { subject: labelled({ app: "b" }), ingress: [rule({ peers: [{ kind: "unknown", unknown: later }] })] }).build(),
    ],
    [
      "an unknown port behind a peer that does not match",
      plain.policy("p", { ingress: [rule({ peers: [ownPods()], ports: [{ kind: "unknown", unknown: later }] })] }).build(),
    ],
    [
      "an unknown action of a rule that does not match",
      plain.clusterPolicy("c", { ingress: [clusterRule(later, [podsIn(labelled({ team: "red" }))])] }).build(),
    ],
  ])("%s changes nothing: decided", (_name, uncertain) => {
    const asked = flow(uncertain, "y/c", "x/a");
    const outcomes = new Set(
      [...completionsOf(uncertain, 2_000)].map((completed) => referenceOutcome(completed, flowIn(completed, uncertain, asked))),
    );
    expect([...outcomes]).toEqual([verdict(evaluate(uncertain), asked).outcome]);
    expect(outcomes.has("undecided")).toBe(false);
  });
});
