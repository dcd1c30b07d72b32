/** Policies made from wanted flows: that they allow exactly these, and say so where they cannot. */
import fc from "fast-check";
import { ConnectionSet, evaluate, PortSet, synthesize, verdict } from "../../engine";
import type { Link, ProvenEnd, RequiredEnd, RequiredFlow, Synthesis } from "../../engine";
import { hasOnePod } from "../../engine/exemption";
import { protocols } from "../../engine/model";
import type { Cluster, Protocol, Workload } from "../../engine/model";
import { anyPortNumber, anyProtocol } from "../arbitraries/alphabet";
import { anyCluster } from "../arbitraries/cluster";
import { pickOf } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { check } from "../property-runs";

/** Blocks outside the ranges of random pods, around them, and within. */
const outside = ["0.0.0.0/0", "::/0", "192.0.2.0/24", "203.0.113.7", "10.0.0.0/8", "2001:db8::/32"] as const;
const inside = ["10.0.0.0/30", "10.0.0.2", "fd00::2", "fd00::/124"] as const;
const podCidrs = ["10.0.0.0/16", "fd00::/64"] as const;

interface FlowDraft {
  readonly from: number;
  readonly to: number;
  readonly outside: "none" | "from" | "to";
  readonly cidr: string;
  readonly protocol: RequiredFlow["protocol"];
  readonly ports: RequiredFlow["ports"];
}

const anyPorts: fc.Arbitrary<RequiredFlow["ports"]> = fc.oneof(
  { weight: 5, arbitrary: anyPortNumber },
  { weight: 1, arbitrary: fc.constant("every" as const) },
  { weight: 2, arbitrary: fc.tuple(anyPortNumber, anyPortNumber).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })) },
);

const anyDrafts = (cidrs: readonly string[]): fc.Arbitrary<readonly FlowDraft[]> =>
  fc.array(
    fc.record({
      from: fc.nat(9_999),
      to: fc.nat(9_999),
      outside: fc.constantFrom("none" as const, "none" as const, "from" as const, "to" as const),
      cidr: fc.constantFrom(...cidrs),
      protocol: anyProtocol,
      ports: anyPorts,
    }),
    { maxLength: 10 },
  );

const names = ({ namespaces }: Cluster): readonly string[] => namespaces.map(({ name }) => text(name));

const workloadEnd = (workload: Workload): RequiredEnd => ({ kind: "workload", workload });

const flowsIn = ({ workloads }: Cluster, drafts: readonly FlowDraft[]): readonly RequiredFlow[] =>
  drafts.map(({ from, to, outside: where, cidr, protocol, ports }) => {
    const address: RequiredEnd = { kind: "addresses", cidr };
    return {
      from: where === "from" ? address : workloadEnd(pickOf(workloads, from)),
      to: where === "to" ? address : workloadEnd(pickOf(workloads, to)),
      protocol,
      ports,
    };
  });

/** Every workload with a label of its own, in a cluster that says where pods get their addresses. */
const distinct = (drawn: Cluster): Cluster => ({
  ...drawn,
  podCidrs,
  workloads: drawn.workloads.map((workload, n) => ({ ...workload, labels: { ...workload.labels, id: `w${String(n)}` } })),
});

const inWords = (link: Link): string => `${endInWords(link.from)} → ${endInWords(link.to)}: ${link.connections.toString()}`;
const endInWords = (end: ProvenEnd): string =>
  end.kind === "addresses" ? end.addresses.toString() : `${text(end.workload.namespace)}/${text(end.workload.name)}`;
const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
const words = (links: readonly Link[]): readonly string[] => links.map(inWords).sort();

const openedBy = ({ problems }: Synthesis): readonly Link[] =>
  problems.flatMap((problem) => (problem.kind === "inseparable" ? problem.opens : []));

const connectionsOf = ({ protocol, ports }: RequiredFlow): ConnectionSet => {
  const [from, to] = ports === "every" ? [1, 65535] : typeof ports === "number" ? [ports, ports] : [ports.from, ports.to];
  return ConnectionSet.of(protocol, PortSet.of(from, to));
};

/** Whose pods an end stands for; undefined: nobody's. */
function ownerOf({ workloads }: Cluster, end: RequiredEnd): Workload | undefined {
  if (end.kind === "workload") return end.workload;
  return workloads.find(({ pods = [] }) => pods.some(({ ips }) => ips.includes(end.cidr)));
}

const asksFor = (town: Cluster, wanted: RequiredFlow, from: Workload, to: Workload, protocol: Protocol, port: number): boolean =>
  ownerOf(town, wanted.from) === from && ownerOf(town, wanted.to) === to && connectionsOf(wanted).has(protocol, port);

const holds = (link: Link, from: Workload, to: Workload, protocol: Protocol, port: number): boolean =>
  link.from.kind === "workload" &&
  link.from.workload === from &&
  link.to.kind === "workload" &&
  link.to.workload === to &&
  link.connections.has(protocol, port);

/** Pairs of workloads with everything that is open between them, as text. */
function opened(links: readonly Link[]): readonly string[] {
  const pairs = new Map<string, ConnectionSet>();
  for (const { from, to, connections } of links) {
    const pair = `${endInWords(from)} → ${endInWords(to)}`;
    pairs.set(pair, (pairs.get(pair) ?? ConnectionSet.none).union(connections));
  }
  return [...pairs].map(([pair, connections]) => `${pair}: ${connections.toString()}`).sort();
}

/** What flows between workloads open for others with the very same labels, by nothing but comparing labels. */
function openByLikeness(town: Cluster, flows: readonly RequiredFlow[]): readonly string[] {
  const sorted = ({ labels }: Workload): string => JSON.stringify(Object.entries(labels).sort());
  const alike = (end: RequiredEnd): readonly Workload[] =>
    end.kind === "addresses"
      ? []
      : town.workloads.filter((each) => each.namespace === end.workload.namespace && sorted(each) === sorted(end.workload));
  const all = flows.flatMap((each) => alike(each.from).flatMap((from) => alike(each.to).map((to) => ({ each, from, to }))));
  const extra = all.flatMap(({ each, from, to }): readonly Link[] => {
    if (from === to && hasOnePod(from)) return [];
    const wanted = flows.filter((one) => ownerOf(town, one.from) === from && ownerOf(town, one.to) === to).map(connectionsOf);
    const connections = wanted.reduce((rest, one) => rest.subtract(one), connectionsOf(each));
    return connections.isEmpty ? [] : [{ from: { kind: "workload", workload: from }, to: { kind: "workload", workload: to }, connections }];
  });
  return opened(extra);
}

const isWithin = (part: Link, whole: Link): boolean =>
  isEndWithin(part.from, whole.from) && isEndWithin(part.to, whole.to) && part.connections.isSubsetOf(whole.connections);

const isEndWithin = (part: ProvenEnd, whole: ProvenEnd): boolean =>
  part.kind === "workload"
    ? whole.kind === "workload" && part.workload === whole.workload
    : whole.kind === "addresses" && part.addresses.isSubsetOf(whole.addresses);

/** What of a link is in none of the parts. */
function remainder(link: Link, parts: readonly Link[]): readonly Link[] {
  return parts.reduce<readonly Link[]>((rest, part) => rest.flatMap((each) => without(each, part)), [link]);
}

function without(link: Link, part: Link): readonly Link[] {
  const connections = link.connections.subtract(part.connections);
  const shared = link.connections.intersect(part.connections);
  const rest = connections.isEmpty ? [] : [{ ...link, connections }];
  if (shared.isEmpty) return [link];
  for (const side of ["from", "to"] as const) {
    const [end, cut] = [link[side], part[side]];
    if (end.kind !== cut.kind || (end.kind === "workload" && cut.kind === "workload" && end.workload !== cut.workload)) return [link];
    if (end.kind === "workload" || cut.kind === "workload") continue;
    const addresses = end.addresses.subtract(cut.addresses);
    if (!addresses.isEmpty) rest.push({ ...link, [side]: { kind: "addresses", addresses }, connections: shared });
  }
  return rest;
}

describe("on random clusters", () => {
  test("workloads that can be told apart: exactly the flows, proven", () => {
    const property = fc.property(anyCluster(), anyDrafts(outside), fc.boolean(), (drawn, drafts, isAll) => {
      // Closing every namespace, or only those the flows name: then others must not have policies that stand in the way.
      const town = isAll ? distinct(drawn) : { ...distinct(drawn), policies: [] };
      const dns = { namespace: "ns0", pods: { id: "w0" } };
      const made = synthesize(town, flowsIn(town, drafts), isAll ? { dns, namespaces: names(town) } : { dns });
      expect([words(made.proof.extra), words(made.proof.missing), words(made.proof.unpreventable)]).toEqual([[], [], []]);
      expect(made.problems).toEqual([]);
    });
    check("synthesis, unique labels", 150, property);
  });

  test("the proof agrees with verdicts, flow by flow", () => {
    const property = fc.property(anyCluster(), anyDrafts([...outside, ...inside]), fc.nat(9_999), (drawn, drafts, pick) => {
      const flows = flowsIn(drawn, drafts);
      const made = synthesize(drawn, flows);
      const kept = drawn.policies.filter(({ namespace }) => !made.namespaces.includes(namespace as string));
      const evaluation = evaluate({ ...drawn, policies: [...kept, ...made.policies] });
      const closed = drawn.workloads.filter(({ namespace }) => made.namespaces.includes(namespace as string));
      if (closed.length === 0) return;
      const from = pickOf(closed, pick);
      for (const to of drawn.workloads) {
        if (to === from) continue;
        for (const protocol of protocols) {
          const wanted = flows.some((each) => asksFor(drawn, each, from, to, protocol, 80));
          const extra = made.proof.extra.some((each) => holds(each, from, to, protocol, 80));
          const missing = made.proof.missing.some((each) => holds(each, from, to, protocol, 80));
          const asked = { from: { kind: "workload", workload: from }, to: { kind: "workload", workload: to }, protocol, port: 80 } as const;
          const { outcome } = verdict(evaluation, asked);
          expect({ extra, missing }).toEqual({ extra: !wanted && outcome !== "denied", missing: wanted && outcome !== "allowed" });
        }
      }
    });
    check("synthesis, proof and verdicts", 100, property);
  });

  test("workloads with the same labels: extra is what their likeness opens, and is reported", () => {
    const property = fc.property(anyCluster(), anyDrafts(outside), (drawn, drafts) => {
      const town = { ...drawn, podCidrs };
      const flows = flowsIn(town, drafts).filter(({ from, to }) => from.kind === "workload" && to.kind === "workload");
      const made = synthesize(town, flows);
      expect(opened(made.proof.extra)).toEqual(openByLikeness(town, flows));
      expect(opened(openedBy(made))).toEqual(opened(made.proof.extra));
      expect(words(made.proof.missing)).toEqual([]);
    });
    check("synthesis, alike workloads", 150, property);
  });

  const features = { tiers: true, hostNetwork: true };
  test("whatever is in the cluster: every extra and everything missing is reported, and nothing else", () => {
    const property = fc.property(
      withUnknowns(anyCluster(features)),
      anyDrafts([...outside, ...inside]),
      fc.boolean(),
      (drawn, drafts, isPlaced) => {
        const town = isPlaced ? { ...drawn, podCidrs } : drawn;
        const made = synthesize(town, flowsIn(town, drafts), { dns: { namespace: "ns1", pods: { app: "a" } } });
        const opens = openedBy(made);
        expect(made.proof.extra.flatMap((extra) => words(remainder(extra, opens)))).toEqual([]);
        expect(words(opens.filter((part) => !made.proof.extra.some((extra) => isWithin(part, extra))))).toEqual([]);
        const reported = made.problems.flatMap((problem) => (problem.kind === "impossible" ? [problem.missing] : []));
        const unplaced = made.problems.some(({ kind }) => kind === "unplaced");
        expect(unplaced || made.proof.missing.every((each) => reported.includes(each))).toBe(true);
      },
    );
    check("synthesis, everything together", 100, property);
  });

  test("the order of flows and saying one twice change nothing", () => {
    const property = fc.property(anyCluster(), anyDrafts([...outside, ...inside]), fc.nat(), (drawn, drafts, turn) => {
      const flows = flowsIn(drawn, drafts);
      const at = flows.length === 0 ? 0 : turn % flows.length;
      const turned = [...flows.slice(at), ...flows.slice(0, at), ...flows.slice(0, 1)].reverse();
      expect(synthesize(drawn, turned).policies).toEqual(synthesize(drawn, flows).policies);
    });
    check("synthesis, order", 50, property);
  });
});
