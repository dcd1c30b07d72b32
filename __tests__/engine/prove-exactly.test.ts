/** What the proof says about policies somebody else wrote. */
import fc from "fast-check";
import { type Proof, proveExactly, type RequiredFlow, synthesize } from "../../engine";
import { type Cluster, type NetworkPolicy, type Rule, shown as nameOf } from "../../engine/model";
import { anyCluster } from "../arbitraries/cluster";
import { pickOf } from "../arbitraries/flow";
import { cluster, flow, ipBlock, labelled, ownPods, rule, tcp } from "../builders";
import { check } from "../property-runs";

const town = cluster()
  .namespace("x")
  .pod("a", { labels: { app: "a" } })
  .pod("b", { labels: { app: "b" } })
  .pod("c", { labels: { app: "c" } })
  .build();
const [a, b] = town.workloads;
const wanted: RequiredFlow = {
  from: { kind: "workload", workload: a! },
  to: { kind: "workload", workload: b! },
  protocol: "TCP",
  ports: { from: 80, to: 90 },
};

const deny: NetworkPolicy = { namespace: "x", name: "deny", subject: {}, ingress: [], egress: [] };
const policy = (name: string, part: Partial<NetworkPolicy>): NetworkPolicy => ({ namespace: "x", name, subject: {}, ...part });

const shown = (proof: Proof, list: keyof Proof): readonly string[] =>
  proof[list].map(({ from, to, connections, witness, verdict }) => {
    const end = (each: typeof from): string => (each.kind === "workload" ? nameOf(each.workload.name) : each.addresses.toString());
    return `${end(from)} → ${end(to)}: ${connections.toString()}, such as ${String(witness.port)}: ${verdict.outcome}`;
  });

test("policies that allow exactly the flow leave nothing to say", () => {
  const peers = (app: string) => [ownPods(labelled({ app }))];
  const exact = [
    deny,
    policy("a", { subject: labelled({ app: "a" }), egress: [rule({ peers: peers("b"), ports: [tcp(80, 90)] })] }),
    policy("b", { subject: labelled({ app: "b" }), ingress: [rule({ peers: peers("a"), ports: [tcp(80, 85), tcp(86, 90)] })] }),
  ];
  expect(proveExactly(town, exact, [wanted])).toEqual({ extra: [], missing: [], unpreventable: [] });
});

test("nothing but a closed namespace misses the flow", () => {
  const proof = proveExactly(town, [deny], [wanted]);
  expect([shown(proof, "extra"), shown(proof, "missing")]).toEqual([[], ["a → b: TCP 80-90, such as 80: denied"]]);
});

test("a rule that is too wide is extra for whom and on which ports it is", () => {
  const wide = [
    deny,
    policy("w", { ingress: [rule({ peers: [ownPods(labelled({ app: "a" }))] })], egress: [rule({ ports: [tcp(85, 99)] })] }),
  ];
  const proof = proveExactly(town, wide, [wanted]);
  expect(shown(proof, "missing")).toEqual(["a → b: TCP 80-84, such as 80: denied"]);
  const extra = proof.extra.filter(({ from, to }) => from.kind === "workload" && to.kind === "workload");
  expect(shown({ ...proof, extra }, "extra")).toEqual(["a → b: TCP 91-99, such as 91: allowed", "a → c: TCP 85-99, such as 85: allowed"]);
});

test("addresses are told apart where the policies and the flows tell them apart", () => {
  const to = (cidr: string): RequiredFlow => ({ ...wanted, to: { kind: "addresses", cidr }, ports: 443 });
  const policies = [
    deny,
    policy("e", { subject: labelled({ app: "a" }), egress: [rule({ peers: [ipBlock("10.0.0.0/8")], ports: [tcp(443)] })] }),
  ];
  const proof = proveExactly(town, policies, [to("10.0.0.0/9"), to("11.0.0.0/31")]);
  expect(shown(proof, "extra")).toEqual(["a → 10.128.0.0-10.255.255.255: TCP 443, such as 443: allowed"]);
  expect(shown(proof, "missing")).toEqual(["a → 11.0.0.0-11.0.0.1: TCP 443, such as 443: denied"]);
});

test("an open namespace has everything extra, but a pod's traffic with itself", () => {
  const proof = proveExactly(town, [], [wanted]);
  const pairs = proof.extra.filter(({ from, to }) => from.kind === "workload" && to.kind === "workload");
  expect(pairs).toHaveLength(6);
  expect(pairs.some(({ from, to }) => from.kind === "workload" && to.kind === "workload" && from.workload === to.workload)).toBe(false);
});

test("policies of other namespaces stay, those of closed ones make room", () => {
  const built = { ...town, policies: [policy("old", { ingress: [rule()], egress: [rule()] })] };
  const exact = synthesize(built, [wanted]);
  expect([exact.proof, exact.replaced.map(({ name }) => name)]).toEqual([{ extra: [], missing: [], unpreventable: [] }, ["old"]]);
});

test("what is only perhaps open without rules, and certainly with them, is extra; what is no surer is beyond them", () => {
  const open = cluster()
    .namespace("y")
    .pod("agent", { hostNetwork: true, ips: ["172.30.0.1"] });
  const built = open.namespace("x").pod("b").build();
  const nobody = { namespaces: ["x"] };
  const opened = policy("node", { ingress: [rule({ peers: [ipBlock("172.30.0.1/32")] })] });
  const between = (proof: Proof, list: keyof Proof): readonly string[] => shown(proof, list).filter((line) => line.startsWith("agent"));
  const [closed, given] = [proveExactly(built, [deny], [], nobody), proveExactly(built, [deny, opened], [], nobody)];
  expect([between(closed, "extra"), between(closed, "unpreventable")]).toEqual([[], ["agent → b: all, such as 1: undecided"]]);
  expect([between(given, "extra"), between(given, "unpreventable")]).toEqual([["agent → b: all, such as 1: allowed"], []]);
});

test("a witness is a flow of the difference", () => {
  const proof = proveExactly(town, [], [wanted]);
  expect(proof.extra[0]?.witness).toEqual(flow(town, "x/a", "x/b", 1));
});

describe("faults made in proven policies are found", () => {
  const anyCase = fc.tuple(anyCluster(), fc.array(fc.tuple(fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 6 }), fc.nat(999));

  test("a rule left out is missing, a peer left out of a rule is extra", () => {
    const property = fc.property(anyCase, ([drawn, pairs, pick]) => {
      const distinct: Cluster = {
        ...drawn,
        policies: [],
        workloads: drawn.workloads.map((each, n) => ({ ...each, labels: { id: `w${String(n)}` } })),
      };
      const flows = pairs.map(([from, to]): RequiredFlow => ({
        from: { kind: "workload", workload: pickOf(distinct.workloads, from) },
        to: { kind: "workload", workload: pickOf(distinct.workloads, to) },
        protocol: "TCP",
        ports: 80,
      }));
      // What only goes from a pod to itself needs no rule, and so misses none.
      const isAcross = flows.every(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
      const { policies, proof } = synthesize(distinct, flows);
      expect([proof.extra, proof.missing]).toEqual([[], []]);
      const ruled = policies.filter(({ name }) => name !== "default-deny");
      if (!isAcross) return;
      const chosen = pickOf(ruled, pick);
      const changed = (change: (rules: readonly Rule[]) => readonly Rule[]): readonly NetworkPolicy[] =>
        policies.map((each) => (each === chosen ? withRules(each, change) : each));
      expect(
        proveExactly(
          distinct,
          changed(() => []),
          flows,
        ).missing,
      ).not.toEqual([]);
      const open = changed((rules) => rules.map((one) => ({ ...one, peers: "any" as const })));
      expect(proveExactly(distinct, open, flows).extra).not.toEqual([]);
    });
    check("proof, faults", 60, property);
  });
});

const withRules = ({ ingress, egress, ...rest }: NetworkPolicy, change: (rules: readonly Rule[]) => readonly Rule[]): NetworkPolicy => ({
  ...rest,
  ...(ingress === undefined ? {} : { ingress: change(ingress) }),
  ...(egress === undefined ? {} : { egress: change(egress) }),
});

describe("bad input is one clear error, for the proof and for the policies", () => {
  const stranger = cluster().namespace("x").pod("new").build().workloads[0]!;

  test.each<[string, RequiredFlow, RegExp]>([
    [
      "a block that is none",
      { ...wanted, to: { kind: "addresses", cidr: "10.0.0.0/33" } },
      /`10.0.0.0\/33` is not an address or CIDR block/,
    ],
    ["a port no packet has", { ...wanted, ports: 0 }, /ports 0-0 are not within 1-65535/],
    ["a range that ends before it starts", { ...wanted, ports: { from: 9, to: 8 } }, /ends before it starts/],
    ["a workload of another cluster", { ...wanted, from: { kind: "workload", workload: stranger } }, /`new` is not part of the cluster/],
  ])("%s", (_title, asked, message) => {
    expect(() => synthesize(town, [asked])).toThrow(message);
    expect(() => proveExactly(town, [deny], [asked])).toThrow(message);
  });
});
