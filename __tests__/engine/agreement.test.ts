/**
 * The main property of the engine: on random clusters it answers as the reference evaluator does, flow by flow and as whole reachabilities.
 * Long runs raise FC_RUNS; the seed that is printed repeats a run.
 */
import fc from "fast-check";
import { evaluate, reachability, verdict } from "../../engine";
import { protocols } from "../../engine/model";
import type { Cluster, Endpoint, Flow, Outcome, Workload } from "../../engine/model";
import { parseAddress } from "../../engine/sets/ip-set";
import type { FlowPick } from "../arbitraries/flow";
import { boundaryAddresses, boundaryPorts, pickOf } from "../arbitraries/flow";
import { cluster, flow, ipBlock, labelled, rule } from "../builders";
import { check } from "../property-runs";
import { referenceOutcome } from "../reference/evaluator";
import { agreementPlan, clustersWithFlows, compareVerdicts, flowsOnEachChange, inWords, ordinaryFeatures } from "./agreement";

const { networkPolicy, hostNetwork, tiers, together } = agreementPlan;

test(`all files together compare ${flowsOnEachChange.toLocaleString("en")} flows with the reference on each change`, () => {
  const planned = Object.values(agreementPlan).reduce((sum, { flows }) => sum + flows, 0);
  expect(planned).toBeGreaterThanOrEqual(flowsOnEachChange);
});

describe.each([networkPolicy, hostNetwork])("with $title, engine and reference agree", (share) => {
  test(`on the verdict of ${share.flows.toLocaleString("en")} flows`, () => {
    const met = compareVerdicts(share);
    expect(met.flows).toBeGreaterThanOrEqual(share.flows);
    expect(met.rarerThan(1_000, ordinaryFeatures)).toEqual([]);
    if (share === hostNetwork) expect(met.rarerThan(1_000, ["host network", "undecided"])).toEqual([]);
  });
});

describe.each([networkPolicy, hostNetwork, tiers, together])("with $title, engine and reference agree", (share) => {
  test("on the connections between two workloads, at every boundary port", () => {
    const property = fc.property(clustersWithFlows({ ...share, flowsPerCluster: 1 }), ([cluster, picks]) => {
      for (const pick of picks) expectSamePorts(cluster, pick);
    });
    check(`reachability, ${share.title}`, share.clusters / 5, property);
  });

  test("on the connections with addresses outside, at the ends of every block", () => {
    const property = fc.property(clustersWithFlows({ ...share, flowsPerCluster: 1 }), ([cluster, picks]) => {
      for (const pick of picks) expectSameAddresses(cluster, pick);
    });
    check(`addresses, ${share.title}`, share.clusters / 5, property);
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
