/** Explanations hold in the whole cluster: the answer is the engine's, every proposed change does what it says, and nothing more. */
import fc from "fast-check";
import { ConnectionSet, evaluate, PortSet, reachability, verdict } from "../../engine";
import type { Evaluation } from "../../engine";
import type { Verdict } from "../../engine/decision";
import type { Candidate, ClosedEnd } from "../../engine/explain/closed-end";
import { explain, type Explanation } from "../../engine/explain/explain";
import type { Cluster, Flow } from "../../engine/model";
import { ChangeMeter, gain, type OpenedConnections } from "../../engine/explain/opened-connections";
import { merged, type PolicyChange, withChanges } from "../../engine/explain/policy-change";
import { concernedBy } from "../../engine/explain/reduced-cluster";
import { candidatesFor } from "../../engine/explain/repair-candidates";
import { TrialGround } from "../../engine/explain/trial-ground";
import type { Connections } from "../../engine/reachability";
import { parseAddress } from "../../engine/sets/ip-set";
import { anyCluster } from "../arbitraries/cluster";
import { anyFlowPick, boundaryAddresses, flowOf } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { referenceOutcome } from "../reference/evaluator";
import { check } from "../property-runs";

const features = { tiers: true, hostNetwork: true };
const noLimit = { pairs: Infinity };

/** Explains flows of a random cluster that come out as wanted. */
function explained(cluster: Cluster, flows: readonly Flow[], outcome: Verdict["outcome"]): readonly Explanation[] {
  const evaluation = evaluate(cluster);
  return flows.map((each) => explain(evaluation, each, noLimit)).filter(({ verdict: answer }) => answer.outcome === outcome);
}

const casesOf = (clusters: fc.Arbitrary<Cluster>, flows: number) =>
  fc
    .tuple(clusters, fc.array(anyFlowPick, { minLength: flows, maxLength: flows }))
    .map(([cluster, picks]) => ({ cluster, flows: picks.map((pick) => flowOf(cluster, pick)) }));

/** Every way to choose one of each list. */
const choices = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.reduce<readonly (readonly T[])[]>((all, list) => all.flatMap((chosen) => list.map((each) => [...chosen, each])), [[]]);

/** Both ends of a flow that have policies, each with its part of the verdict. */
const closedEnds = (evaluation: Evaluation, flow: Flow, answer: Verdict): readonly ClosedEnd[] =>
  (["egress", "ingress"] as const).flatMap((direction) => {
    const [end, other] = direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
    return end.kind === "address" ? [] : [{ evaluation, flow, direction, subject: end.workload, other, verdict: answer[direction] }];
  });

/** What each plan that works opens, and how much it writes: by trying them all. */
function allPlans(
  evaluation: Evaluation,
  { flow: wanted, verdict: answer }: Explanation,
): readonly (readonly [opened: bigint, wholeNamespaces: number, cost: number])[] {
  const meter = new ChangeMeter(evaluation, wanted, Infinity);
  const ends = closedEnds(evaluation, wanted, answer);
  const measured = (closed: readonly ClosedEnd[]) =>
    choices(closed.map(candidatesFor)).flatMap((plan) => {
      const changes = merged(plan.flatMap((candidate) => candidate.changes));
      if (meter.proof(changes).outcome !== "allowed") return [];
      const cost = plan.reduce((sum, each) => sum + each.cost, 0);
      return [[meter.opened(plan, undefined).connections, plan.filter(takesEveryPod).length, cost] as const];
    });
  const closed = measured(ends.filter((end) => end.verdict.outcome !== "allowed"));
  return closed.length > 0 ? closed : measured(ends);
}

/** Whether a policy that a candidate writes selects every pod of its namespace. */
const takesEveryPod = ({ changes }: Candidate): boolean =>
  changes.some(
    ({ kind, after }) =>
      kind === "NetworkPolicy" && Object.keys(after.subject.matchLabels ?? {}).length + (after.subject.matchExpressions ?? []).length === 0,
  );

describe("on random clusters", () => {
  test("the verdict of a few objects is the verdict of the whole cluster, reasons included", () => {
    const clusters = fc.oneof(anyCluster(features), withUnknowns(anyCluster(features)));
    const property = fc.property(casesOf(clusters, 8), ({ cluster, flows }) => {
      const evaluation = evaluate(cluster);
      for (const each of flows) expect(explain(evaluation, each).verdict).toEqual(verdict(evaluation, each));
    });
    check("reduced verdicts", 100, property);
  });

  test("a repair allows the flow, in the whole cluster and for the reference", () => {
    const property = fc.property(casesOf(anyCluster(features), 6), ({ cluster, flows }) => {
      for (const { repair, flow } of explained(cluster, flows, "denied")) {
        if (repair === undefined) continue;
        const repaired = withChanges(cluster, repair.changes);
        const answer = verdict(evaluate(repaired), flow);
        expect(answer).toEqual(repair.verdict);
        expect([answer.outcome, referenceOutcome(repaired, flow)]).toEqual(["allowed", "allowed"]);
      }
    });
    check("repairs", 100, property);
  });

  test("between ordinary pods there is always a repair of NetworkPolicies", () => {
    const property = fc.property(casesOf(anyCluster(), 8), ({ cluster, flows }) => {
      for (const { repair } of explained(cluster, flows, "denied")) expect(repair).toBeDefined();
    });
    check("existence of repairs", 100, property);
  });

  test("a repair opens exactly what it says, and closes nothing", () => {
    const clusters = fc.oneof(anyCluster(features), withUnknowns(anyCluster(features)));
    const property = fc.property(casesOf(clusters, 3), ({ cluster, flows }) => {
      for (const { repair, flow } of explained(cluster, flows, "denied")) {
        if (repair === undefined) continue;
        const before = evaluate(cluster);
        const after = evaluate(withChanges(cluster, repair.changes));
        expect(openedBy(repair)).toEqual(openedIn(before, after, flow));
        expect(unreportedAddresses(before, after, flow, repair)).toEqual([]);
        expect(losesAnything(before, after)).toBe(false);
      }
    });
    check("what repairs open", 80, property);
  });

  test("no other plan opens less, or as little with fewer whole namespaces, or that and writes less", () => {
    const clusters = fc.oneof(anyCluster(features), withUnknowns(anyCluster(features)));
    const property = fc.property(casesOf(clusters, 2), ({ cluster, flows }) => {
      for (const found of explained(cluster, flows, "denied")) {
        const plans = allPlans(evaluate(cluster), found);
        const best = [...plans].sort(([a, wideA, costA], [b, wideB, costB]) =>
          a < b ? -1 : a > b ? 1 : wideA - wideB || costA - costB,
        )[0];
        expect(found.repair === undefined ? undefined : [found.repair.opens.connections, found.repair.cost]).toEqual(
          best === undefined ? undefined : [best[0], best[2]],
        );
      }
    });
    check("the best repair", 60, property);
  });

  test("candidates tried on common ground let through what they do in the whole cluster", () => {
    const clusters = fc.oneof(anyCluster(features), withUnknowns(anyCluster(features)));
    const property = fc.property(casesOf(clusters, 4), ({ cluster, flows }) => {
      const evaluation = evaluate(cluster);
      for (const each of flows) {
        const lists = closedEnds(evaluation, each, verdict(evaluation, each)).map(candidatesFor);
        const ground = new TrialGround(evaluation, concernedBy(flows), lists.flat());
        for (const chosen of [...choices(lists), ...lists.flat().map((one) => [one])].slice(0, 12)) {
          const changed = reachability(evaluate(withChanges(cluster, merged(chosen.flatMap(({ changes }) => changes)))));
          for (const { from, to } of flows)
            expect(inWords(ground.connections(from, to, chosen))).toEqual(inWords(changed.connections(from, to)));
        }
      }
    });
    check("common ground", 60, property);
  });

  test("a denial closes the flow, and needs each of its removals", () => {
    const clusters = fc.oneof(anyCluster(features), withUnknowns(anyCluster(features)));
    const property = fc.property(casesOf(clusters, 6), ({ cluster, flows }) => {
      for (const { denials, flow } of explained(cluster, flows, "allowed")) {
        for (const denial of denials) {
          expect(outcomeAfter(cluster, flow, denial.changes)).toBe("denied");
          for (const fewer of oneRemovalLess(denial.changes)) expect(outcomeAfter(cluster, flow, fewer)).not.toBe("denied");
        }
      }
    });
    check("denials", 100, property);
  });

  test("what is undecided names what would have to be known", () => {
    const property = fc.property(casesOf(withUnknowns(anyCluster(features)), 8), ({ cluster, flows }) => {
      for (const { unknowns } of explained(cluster, flows, "undecided")) expect(unknowns).not.toHaveLength(0);
    });
    check("unknowns", 100, property);
  });
});

const inWords = ({ certain, possible }: Connections): readonly string[] => [certain.toString(), possible.toString()];

const outcomeAfter = (cluster: Cluster, flow: Flow, changes: readonly PolicyChange[]): string =>
  verdict(evaluate(withChanges(cluster, changes)), flow).outcome;

/** The changes without one of the rule removals, in every way. */
function oneRemovalLess(changes: readonly PolicyChange[]): readonly (readonly PolicyChange[])[] {
  return changes.flatMap((change, at) =>
    change.edits.map((edit) => changes.map((each, index) => (index === at ? restored(each, edit) : each))),
  );
}

function restored(change: PolicyChange, { direction, rule }: PolicyChange["edits"][number]): PolicyChange {
  const gone = new Set(change.edits.filter((each) => each.rule !== rule).map((each) => each.rule));
  const rules = (change.before?.[direction] ?? []).filter((_: unknown, index: number) => !gone.has(index));
  return { ...change, after: { ...change.after, [direction]: rules } } as PolicyChange;
}

const endName = (end: Flow["from"]): string => (end.kind === "address" ? end.address : JSON.stringify(end.workload.name));

/** What a repair says it opens, in words; ranges of addresses by the boundary addresses inside. */
function openedBy({ opens }: NonNullable<Explanation["repair"]>): readonly string[] {
  return opens.pairs
    .filter(({ from, to }) => from.endpoint.kind === "workload" && to.endpoint.kind === "workload")
    .map(({ from, to, opened }) => `${endName(from.endpoint)} ${endName(to.endpoint)} ${opened.toString()}`)
    .sort();
}

/** What becomes possible between any two workloads of a cluster, the wanted flow left out. */
function openedIn(before: Evaluation, after: Evaluation, wanted: Flow): readonly string[] {
  const [old, now] = [reachability(before), reachability(after)];
  const { workloads } = before.cluster;
  const wantedPort = ConnectionSet.of(wanted.protocol, PortSet.of(wanted.port));
  return workloads
    .flatMap((from) =>
      workloads.map((to) => {
        const isWanted =
          wanted.from.kind === "workload" && wanted.to.kind === "workload" && wanted.from.workload === from && wanted.to.workload === to;
        const opened = gain(old.between(from, to), now.between(from, to));
        return { from, to, opened: isWanted ? opened.subtract(wantedPort) : opened };
      }),
    )
    .filter(({ opened }) => !opened.isEmpty)
    .map(({ from, to, opened }) => `${JSON.stringify(from.name)} ${JSON.stringify(to.name)} ${opened.toString()}`)
    .sort();
}

/** Addresses that a change opens to a workload, or a workload to them, and that the repair does not mention. */
function unreportedAddresses(
  before: Evaluation,
  after: Evaluation,
  wanted: Flow,
  { opens }: NonNullable<Explanation["repair"]>,
): readonly string[] {
  return addressPairs(before.cluster).flatMap(({ from, to }) => {
    const opened = gain(reachability(before).connections(from, to), reachability(after).connections(from, to));
    const reported = opens.pairs
      .filter((pair) => covers(pair.from, from) && covers(pair.to, to))
      .reduce((all, pair) => all.union(pair.opened), ConnectionSet.none);
    const isWanted = endName(from) === endName(wanted.from) && endName(to) === endName(wanted.to);
    const left = opened.subtract(isWanted ? reported.union(ConnectionSet.of(wanted.protocol, PortSet.of(wanted.port))) : reported);
    return left.isEmpty ? [] : [`${endName(from)} ${endName(to)} ${left.toString()}`];
  });
}

function covers({ endpoint, addresses }: OpenedConnections["from"], end: Flow["from"]): boolean {
  if (end.kind === "workload" || endpoint.kind === "workload") return endName(end) === endName(endpoint);
  return addresses === undefined ? endpoint.address === end.address : addresses.contains(parseAddress(end.address));
}

const addressPairs = (cluster: Cluster): readonly Pick<Flow, "from" | "to">[] =>
  cluster.workloads.flatMap((workload) =>
    boundaryAddresses(cluster).flatMap((address) => {
      const [pod, outside] = [{ kind: "workload", workload } as const, { kind: "address", address } as const];
      return [
        { from: pod, to: outside },
        { from: outside, to: pod },
      ];
    }),
  );

/** Whether any connection of the cluster is less likely than before. */
function losesAnything(before: Evaluation, after: Evaluation): boolean {
  const [old, now] = [reachability(before), reachability(after)];
  const { workloads } = before.cluster;
  const pairs = workloads.flatMap((from) =>
    workloads.map((to) => ({ from: { kind: "workload", workload: from }, to: { kind: "workload", workload: to } }) as const),
  );
  return [...pairs, ...addressPairs(before.cluster)].some(
    ({ from, to }) => !gain(now.connections(from, to), old.connections(from, to)).isEmpty,
  );
}
