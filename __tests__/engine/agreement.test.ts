/**
 * The main property of the engine: on random clusters it answers as the reference evaluator does, flow by flow and as whole reachabilities.
 * Nightly runs raise FC_RUNS (clusters per property); a failure prints the seed that replays it.
 */
import fc from "fast-check";
import { evaluate, reachability, verdict } from "../../engine";
import { protocols } from "../../engine/model";
import type { Cluster, Endpoint, Flow, Outcome, Workload } from "../../engine/model";
import { parseAddress } from "../../engine/sets/ip-set";
import { anyCluster } from "../arbitraries/cluster";
import type { Features } from "../arbitraries/alphabet";
import { anyFlowPick, boundaryAddresses, boundaryPorts, flowOf, pickOf } from "../arbitraries/flow";
import type { FlowPick } from "../arbitraries/flow";
import { cluster, flow, ipBlock, labelled, rule } from "../builders";
import { referenceOutcome } from "../reference/evaluator";
import { check } from "../property-runs";

const flowsPerCluster = 12;

const featureSets: readonly (readonly [name: string, features: Features, clusters: number])[] = [
  ["NetworkPolicy", {}, 500],
  ["cluster-wide tiers", { tiers: true }, 300],
  ["host-networked pods", { hostNetwork: true }, 150],
  ["everything together", { tiers: true, hostNetwork: true }, 150],
];

const clusterAndPicks = (features: Features, picks: number) =>
  fc.tuple(anyCluster(features), fc.array(anyFlowPick, { minLength: picks, maxLength: picks }));

describe.each(featureSets)("with %s, engine and reference agree", (name, features, clusters) => {
  test("on the verdict of every flow", () => {
    const property = fc.property(clusterAndPicks(features, flowsPerCluster), ([drawn, picks]) => {
      const evaluation = evaluate(drawn);
      for (const pick of picks) {
        const flow = flowOf(drawn, pick);
        const { outcome } = verdict(evaluation, flow);
        expect({ flow, outcome }).toEqual({ flow, outcome: referenceOutcome(drawn, flow) });
      }
    });
    check(`verdicts, ${name}`, clusters, property);
  });

  test("on the connections between two workloads, at every boundary port", () => {
    const property = fc.property(clusterAndPicks(features, 1), ([cluster, picks]) => {
      for (const pick of picks) expectSamePorts(cluster, pick);
    });
    check(`reachability, ${name}`, clusters / 5, property);
  });

  test("on the connections with addresses outside, at the ends of every block", () => {
    const property = fc.property(clusterAndPicks(features, 1), ([cluster, picks]) => {
      for (const pick of picks) expectSameAddresses(cluster, pick);
    });
    check(`addresses, ${name}`, clusters / 5, property);
  });
});

function expectSamePorts(cluster: Cluster, pick: FlowPick): void {
  const from = end(pickOf(cluster.workloads, pick.from.index));
  const to = end(pickOf(cluster.workloads, pick.to.index));
  const { certain, possible } = reachability(evaluate(cluster)).between(from.workload, to.workload);
  const probes = protocols.flatMap((protocol) => boundaryPorts(cluster).map((port): Flow => ({ from, to, protocol, port })));
  const answers = probes.map((flow) => outcomeOf(certain.has(flow.protocol, flow.port), possible.has(flow.protocol, flow.port)));
  const expected = probes.map((flow) => referenceOutcome(cluster, flow));
  expect(inWords(probes, answers)).toEqual(inWords(probes, expected));
}

function expectSameAddresses(cluster: Cluster, pick: FlowPick): void {
  const subject = end(pickOf(cluster.workloads, pick.from.index));
  const direction = pick.to.index % 2 === 0 ? "egress" : "ingress";
  const entries = reachability(evaluate(cluster)).withAddresses(subject.workload, direction);
  const protocol = pickOf(protocols, pick.protocol);
  const port = pickOf(boundaryPorts(cluster), pick.port);
  const probes = boundaryAddresses(cluster).map((address): Flow => {
    const other: Endpoint = { kind: "address", address };
    return direction === "egress" ? { from: subject, to: other, protocol, port } : { from: other, to: subject, protocol, port };
  });
  const answers = probes.map(({ from, to }) => {
    const address = from.kind === "address" ? from.address : to.kind === "address" ? to.address : "";
    const holding = entries.filter(({ addresses }) => addresses.contains(parseAddress(address)));
    return holding
      .map(({ connections }) => outcomeOf(connections.certain.has(protocol, port), connections.possible.has(protocol, port)))
      .join();
  });
  expect(inWords(probes, answers)).toEqual(
    inWords(
      probes,
      probes.map((flow) => referenceOutcome(cluster, flow)),
    ),
  );
}

test("pods without a common family are undecided where blocks of one family decide, whoever else is in the cluster", () => {
  const town = cluster()
    .namespace("x")
    .pod("six", { ips: ["fd00::1"] })
    .pod("four", { labels: { app: "four" }, ips: ["10.0.0.1"] })
    .policy("p", { subject: labelled({ app: "four" }), egress: [rule({ peers: [ipBlock("::/0")] })] });
  for (const each of [town, town.pod("both", { ips: ["10.0.0.2", "fd00::2"] })].map((builder) => builder.build())) {
    const asked = flow(each, "x/four", "x/six");
    expect([verdict(evaluate(each), asked).outcome, referenceOutcome(each, asked)]).toEqual(["undecided", "undecided"]);
  }
});

const end = (workload: Workload) => ({ kind: "workload", workload }) as const;

const outcomeOf = (certain: boolean, possible: boolean): Outcome => (certain ? "allowed" : possible ? "undecided" : "denied");

/** Each probe in words with its answer, so that a failure shows the probes that differ and no whole workloads. */
const inWords = (probes: readonly Flow[], answers: readonly string[]): readonly string[] =>
  probes.map(({ from, to, protocol, port }, index) => `${word(from)} → ${word(to)} ${protocol}/${String(port)}: ${answers[index] ?? ""}`);

const word = (endpoint: Endpoint): string => (endpoint.kind === "address" ? endpoint.address : JSON.stringify(endpoint.workload.name));
