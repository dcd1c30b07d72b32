/** What explanations propose, on small clusters where the answer is plain. */
import { evaluate, type Evaluation, verdict } from "../../engine";
import type { ClosedEnd } from "../../engine/explain/closed-end";
import { explain, type Explanation } from "../../engine/explain/explain";
import { ChangeMeter } from "../../engine/explain/opened-connections";
import { candidatesFor } from "../../engine/explain/repair-candidates";
import { everything, unknown } from "../../engine/model";
import type { Cluster, Protocol } from "../../engine/model";
import { IpSet } from "../../engine/sets/ip-set";
import { cluster, clusterRule, flow, ipBlock, labelled, ownPods, podsIn, rule, tcp } from "../builders";

const explainFlow = (within: Cluster, from: string, to: string, port = 80, protocol: Protocol = "TCP"): Explanation =>
  explain(evaluate(within), flow(within, from, to, port, protocol));

/** The receiving end of a flow to port 80, with its part of the verdict. */
function ingressEnd(evaluation: Evaluation, from: string, to: string): ClosedEnd {
  const asked = flow(evaluation.cluster, from, to, 80);
  if (asked.to.kind !== "workload") throw new Error("the flow ends at an address");
  const { ingress } = verdict(evaluation, asked);
  return { evaluation, flow: asked, direction: "ingress", subject: asked.to.workload, other: asked.from, verdict: ingress };
}

const nameOf = (namespace: string) => labelled({ "kubernetes.io/metadata.name": namespace });

const town = cluster()
  .namespace("front")
  .pod("web", { labels: { app: "web" } })
  .pod("other", { labels: { app: "other" } })
  .namespace("back")
  .pod("api", { labels: { app: "api", tier: "back" } })
  .pod("db", { labels: { app: "db", tier: "back" } });

describe("a denied flow", () => {
  test("into a namespace that denies everything gets a policy of its own, which opens nothing else", () => {
    const { repair } = explainFlow(town.policy("deny", { ingress: [] }).build(), "front/web", "back/api");
    expect(repair?.changes.map(({ after }) => after)).toEqual([
      {
        namespace: "back",
        name: "allow-ingress-tcp-80",
        subject: labelled({ app: "api" }),
        ingress: [{ peers: [podsIn(nameOf("front"), labelled({ app: "web" }))], ports: [tcp(80)] }],
      },
    ]);
    expect(repair?.opens).toEqual({ connections: 0n, pairs: [], isComplete: true });
    expect(repair?.verdict.outcome).toBe("allowed");
  });

  test("to a pod that has a policy of its own gets a rule there", () => {
    const { repair } = explainFlow(town.policy("api", { subject: labelled({ app: "api" }), ingress: [] }).build(), "back/db", "back/api");
    expect(repair).toMatchObject({
      cost: 3,
      changes: [
        {
          policy: { kind: "NetworkPolicy", namespace: "back", name: "api" },
          edits: [{ kind: "rule-added", direction: "ingress", rule: 0 }],
          after: { ingress: [{ peers: [ownPods(labelled({ app: "db" }))], ports: [tcp(80)] }] },
        },
      ],
    });
  });

  test("that only lacks the peer gets the peer, where the rule names the very port", () => {
    const rules = [rule({ peers: [ownPods(labelled({ app: "db" }))], ports: [tcp(80)] })];
    const { repair } = explainFlow(
      town.policy("api", { subject: labelled({ app: "api" }), ingress: rules }).build(),
      "front/web",
      "back/api",
    );
    expect(repair).toMatchObject({
      cost: 1,
      changes: [{ edits: [{ kind: "peer-added", rule: 0, peer: podsIn(nameOf("front"), labelled({ app: "web" })) }] }],
      opens: { connections: 0n },
    });
  });

  test("that only lacks the port gets the port", () => {
    const rules = [rule({ peers: [ownPods(labelled({ app: "db" }))], ports: [tcp(81)] })];
    const { repair } = explainFlow(
      town.policy("api", { subject: labelled({ app: "api" }), ingress: rules }).build(),
      "back/db",
      "back/api",
    );
    expect(repair).toMatchObject({ cost: 1, changes: [{ edits: [{ kind: "port-added", rule: 0, port: tcp(80) }] }] });
  });

  test("prefers writing more over opening more", () => {
    const rules = [rule({ peers: [ownPods(labelled({ app: "db" }))] })];
    const { repair } = explainFlow(town.policy("all", { ingress: rules }).build(), "front/web", "back/api");
    expect(repair).toMatchObject({ cost: 4, opens: { connections: 0n } });
  });

  test("says what it opens where no label tells pods apart", () => {
    const twins = town.deployment("api-canary", { labels: { app: "api", tier: "back" } }).policy("deny", { ingress: [] });
    const { repair } = explainFlow(twins.build(), "front/web", "back/api");
    expect(repair?.opens.connections).toBe(1n);
    expect(
      repair?.opens.pairs.map(({ to, opened }) => [to.endpoint.kind === "workload" && to.endpoint.workload.name, opened.toString()]),
    ).toEqual([["api-canary", "TCP 80"]]);
  });

  test("from the first address of a block does not get the port for the whole block, nor does a count forget the rest of it", () => {
    const rules = [rule({ peers: [ipBlock("192.0.2.9/30")], ports: [tcp(81)] })];
    const closed = town.policy("api", { subject: labelled({ app: "api" }), ingress: rules }).build();
    const { repair } = explainFlow(closed, "ip:192.0.2.8", "back/api");
    expect(repair).toMatchObject({ changes: [{ edits: [{ kind: "rule-added" }] }], opens: { connections: 0n } });

    const asked = evaluate(closed);
    const [candidate] = candidatesFor(ingressEnd(asked, "ip:192.0.2.8", "back/api")).filter(({ cost }) => cost === 1);
    const meter = new ChangeMeter(asked, flow(closed, "ip:192.0.2.8", "back/api", 80), Infinity);
    const opened = candidate === undefined ? undefined : meter.opened([candidate], undefined);
    expect(opened).toMatchObject({ connections: 3n, isComplete: true });
    expect(opened?.pairs.map(({ from }) => from.addresses?.toString())).toEqual([IpSet.range("IPv4", 0xc0000209n, 0xc000020bn).toString()]);
  });

  test("is opened at both ends where both deny", () => {
    const both = town.policy("deny", { ingress: [] }).namespace("front").policy("deny", { egress: [] }).build();
    const { repair } = explainFlow(both, "front/web", "back/api");
    expect(repair?.changes.map(({ policy }) => [policy.namespace, policy.name])).toEqual([
      ["front", "allow-egress-tcp-80"],
      ["back", "allow-ingress-tcp-80"],
    ]);
    // Rules in the policies for every pod would write less, and open pods to come as well.
    expect(repair).toMatchObject({ cost: 8, opens: { connections: 0n } });
    expect(repair?.verdict).toMatchObject({ outcome: "allowed", egress: { outcome: "allowed" }, ingress: { outcome: "allowed" } });
  });

  test("to an address gets a block of one", () => {
    const { repair } = explainFlow(town.policy("deny", { egress: [] }).build(), "back/api", "ip:2001:db8::1", 53, "UDP");
    expect(repair?.changes[0]?.after).toMatchObject({
      egress: [{ peers: [ipBlock("2001:db8::1/128")], ports: [{ kind: "range", protocol: "UDP", from: 53, to: 53 }] }],
    });
  });

  test("by the Admin tier gets an Accept before the rule that denies, or earlier", () => {
    const deny = { ingress: [clusterRule("Deny", [podsIn()])] };
    const first = explainFlow(town.clusterPolicy("wall", { ...deny, priority: 0 }).build(), "front/web", "back/api").repair;
    expect(first?.changes).toMatchObject([
      { policy: { name: "wall" }, edits: [{ kind: "rule-added", rule: 0, added: { action: "Accept" } }] },
    ]);
    expect(first?.opens.connections).toBe(2n);
    const later = explainFlow(town.clusterPolicy("wall", { ...deny, priority: 10 }).build(), "front/web", "back/api").repair;
    const subject = { namespaces: nameOf("back"), pods: labelled({ app: "api" }) };
    expect(later?.changes).toMatchObject([{ after: { kind: "ClusterNetworkPolicy", tier: "Admin", priority: 9, subject } }]);
    expect(later?.changes[0]).not.toHaveProperty("before");
    expect(later?.opens.connections).toBe(0n);
  });

  test("by policies of one priority gets an Accept in each of them", () => {
    const deny = { ingress: [clusterRule("Deny", [podsIn()])] };
    const { repair } = explainFlow(town.clusterPolicy("one", deny).clusterPolicy("two", deny).build(), "front/web", "back/api");
    expect(repair?.changes.map(({ policy }) => policy.name)).toEqual(["one", "two"]);
  });

  test("by a Baseline that denies everything is opened by a NetworkPolicy or in the tier, whichever writes less", () => {
    const walled = town.clusterPolicy("base", {
      tier: "Baseline",
      subject: podsIn(nameOf("back"), labelled({ app: "api" })),
      ingress: [clusterRule("Deny", [podsIn()])],
    });
    const { repair } = explainFlow(walled.build(), "front/web", "back/api");
    expect(repair).toMatchObject({ cost: 3, changes: [{ policy: { name: "base" } }], opens: { connections: 0n } });
  });

  test("has no repair where no rule can name the source", () => {
    const closed = town.clusterPolicy("new", { ingress: [clusterRule("Deny", [{ kind: "unsupported", fields: ["later"] }])] });
    const found = explainFlow(closed.build(), "ip:192.0.2.1", "back/api");
    expect([found.verdict.outcome, found.repair]).toEqual(["denied", undefined]);
  });
});

describe("an allowed flow", () => {
  const open = rule({ peers: [podsIn()], ports: [tcp(80)] });

  test("is closed by removing every rule that allows it", () => {
    const allowed = town
      .policy("one", { ingress: [rule({ ports: [tcp(443)] }), open] })
      .policy("two", { ingress: [open] })
      .build();
    const [denial] = explainFlow(allowed, "front/web", "back/api").denials;
    expect(denial?.direction).toBe("ingress");
    expect(denial?.removed.map(({ policy, rule: index }) => [policy.name, index])).toEqual([
      ["one", 1],
      ["two", 0],
    ]);
    expect(denial?.changes.map(({ after }) => after)).toMatchObject([{ ingress: [{ ports: [tcp(443)] }] }, { ingress: [] }]);
    expect(denial).not.toHaveProperty("isolating");
    expect(denial?.verdict.outcome).toBe("denied");
  });

  test("to an end that nothing isolates needs a policy that isolates it, and closes the port for everyone", () => {
    const [denial] = explainFlow(town.build(), "front/web", "back/api").denials;
    expect(denial?.removed).toEqual([]);
    expect(denial?.isolating).toMatchObject({
      namespace: "back",
      subject: labelled({ app: "api" }),
      ingress: [{ peers: "any", ports: [tcp(1, 79), tcp(81, 65535), { protocol: "UDP" }, { protocol: "SCTP" }] }],
    });
  });

  test("by the Admin tier loses its Accept rules first", () => {
    const accepted = town
      .clusterPolicy("let", { ingress: [clusterRule("Accept", [podsIn(nameOf("front"))]), clusterRule("Accept", [podsIn()])] })
      .policy("deny", { ingress: [] })
      .build();
    const [denial] = explainFlow(accepted, "front/web", "back/api").denials;
    expect(denial?.removed.map(({ policy, rule: index }) => [policy.name, index])).toEqual([
      ["let", 0],
      ["let", 1],
    ]);
  });

  test("of a pod to itself cannot be closed", () => {
    expect(explainFlow(town.policy("deny", { ingress: [], egress: [] }).build(), "back/api", "back/api").denials).toEqual([]);
  });
});

test("an undecided flow names what would have to be known", () => {
  const later = unknown("var.team");
  const open = town.policy("maybe", { ingress: [rule({ peers: [podsIn(labelled({ team: later }), everything)] })] }).build();
  const labelledFront = { ...open, namespaces: open.namespaces.map((each) => ({ ...each, labels: { ...each.labels, team: "blue" } })) };
  const { unknowns, verdict: answer, repair, denials } = explainFlow(labelledFront, "front/web", "back/api");
  expect([answer.outcome, unknowns, repair, denials]).toEqual(["undecided", [later], undefined, []]);
});
