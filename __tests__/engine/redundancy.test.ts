/** Parts of policies that change nothing: what is reported can go, what is not reported cannot. */
import fc from "fast-check";
import { evaluate, findRedundancy, partsOf, type PolicyPart, type Redundancy, withoutParts } from "../../engine";
import { type Cluster, shown, unknown } from "../../engine/model";
import type { Features } from "../arbitraries/alphabet";
import { anyCluster } from "../arbitraries/cluster";
import { pickOf } from "../arbitraries/flow";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, clusterRule, ipBlock, labelled, named, ownPods, podsIn, rule, tcp } from "../builders";
import { complete, randomly } from "../reference/completions";
import { allEnds, inWords, type Observation, observations } from "./observations";
import { check } from "../property-runs";

const features: readonly (readonly [string, Features, number])[] = [
  ["NetworkPolicy", {}, 20],
  ["cluster-wide tiers and host networking", { tiers: true, hostNetwork: true }, 20],
];

const text = (part: PolicyPart): string => JSON.stringify(part);

/** Entries of a redundant rule are not listed on their own, so nothing is said about them. */
const isJudged = (part: PolicyPart, redundant: readonly Redundancy[]): boolean =>
  part.entry === undefined ||
  !redundant.some((each) => text(each.part) === text({ list: part.list, policy: part.policy, rule: part.rule! }));

const someOf = (parts: readonly PolicyPart[], picks: readonly number[]): readonly PolicyPart[] =>
  parts.length === 0 ? [] : [...new Set(picks.map((pick) => pickOf(parts, pick)))];

const anyPicks = fc.array(fc.nat(), { minLength: 6, maxLength: 6 });

describe.each(features)("with %s", (name, each, clusters) => {
  test("each part that is reported can go, and no part that is not", () => {
    const property = fc.property(anyCluster(each), anyPicks, (drawn, picks) => {
      const { redundant, undecided } = findRedundancy(evaluate(drawn));
      const ends = allEnds(drawn);
      const before = observations(drawn, ends);
      const after = (part: PolicyPart) => observations(withoutParts(drawn, [part]), ends);
      const reported = redundant.map(({ part }) => part);
      for (const part of someOf(reported, picks)) expect({ part, changes: changes(before, after(part)) }).toEqual({ part, changes: [] });
      const known = new Set(reported.map(text));
      const others = partsOf(drawn).filter((part) => !known.has(text(part)) && isJudged(part, redundant));
      if (undecided.length > 0) return;
      for (const part of someOf(others, picks)) {
        expect({ part, changes: changes(before, after(part)) }).not.toEqual({ part, changes: [] });
      }
    });
    check(`redundancy, ${name}`, clusters, property);
  });

  test("all that are removable can go together", () => {
    const property = fc.property(anyCluster(each), (drawn) => {
      const { redundant, removable } = findRedundancy(evaluate(drawn));
      const ends = allEnds(drawn);
      expect(changes(observations(drawn, ends), observations(withoutParts(drawn, removable), ends))).toEqual([]);
      expect(removable.length > 0).toBe(redundant.length > 0);
    });
    check(`removal together, ${name}`, clusters, property);
  });

  test("what is redundant for every pod stays so, whoever else runs in the cluster", () => {
    const property = fc.property(anyCluster(each), anyCluster(each), anyPicks, (drawn, other, picks) => {
      const everyPod = findRedundancy(evaluate(drawn)).redundant.filter(({ scope }) => scope === "every-pod");
      const moved: Cluster = { ...other, policies: drawn.policies, clusterPolicies: drawn.clusterPolicies };
      const ends = allEnds(moved);
      const before = observations(moved, ends);
      for (const part of someOf(
        everyPod.map((each) => each.part),
        picks,
      )) {
        expect({ part, changes: changes(before, observations(withoutParts(moved, [part]), ends)) }).toEqual({ part, changes: [] });
      }
    });
    check(`redundancy for every pod, ${name}`, clusters, property);
  });
});

test("with unknowns, what is reported can go however they turn out", () => {
  const property = fc.property(withUnknowns(anyCluster({ tiers: true, hostNetwork: true })), anyPicks, fc.nat(), (drawn, picks, seed) => {
    if (drawn.policies.some(mayLackRules)) return;
    const reported = findRedundancy(evaluate(drawn)).redundant.map(({ part }) => part);
    const choose = randomly(numbers(seed));
    for (const completed of [complete(drawn, choose), complete(drawn, choose)]) {
      const ends = allEnds(completed);
      const before = observations(completed, ends);
      for (const part of someOf(reported, picks)) {
        expect({ part, changes: changes(before, observations(withoutParts(completed, [part]), ends)) }).toEqual({ part, changes: [] });
      }
    }
  });
  check("redundancy under unknowns", 20, property);
});

/** A rule that may not be there, or be there twice, moves the places of those after it. */
const mayLackRules = ({ ingress = [], egress = [] }: Cluster["policies"][number]): boolean =>
  [...ingress, ...egress].some((each) => each.unknown !== undefined);

/** Reproducible numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * The pairs whose connections are others now. Bounds that come closer are no change: without a part that says the same twice, what is not
 * known is met once.
 */
const changes = (before: readonly Observation[], after: readonly Observation[]): readonly string[] =>
  before.flatMap((mine, at) => {
    const now = after[at]!.connections;
    const { certain, possible } = mine.connections;
    const isKept = certain.isSubsetOf(now.certain) && now.possible.isSubsetOf(possible);
    return isKept ? [] : [`${inWords(mine)} became ${String(now.certain)} / ${String(now.possible)}`];
  });

const shop = cluster()
  .namespace("shop", { team: "red" })
  .pod("web", { labels: { app: "web", tier: "front" }, ips: ["10.0.0.1"], ports: [{ name: "http", port: 80, protocol: "TCP" }] })
  .pod("db", { labels: { app: "db" }, ips: ["10.0.0.2"] });

const found = (builder: typeof shop) => {
  const { redundant, undecided } = findRedundancy(evaluate(builder.build()));
  return {
    undecided,
    redundant: redundant.map(({ ref, scope, because, onlyWhileKept }) => ({
      ref: short(ref),
      scope,
      because: because.kind === "shadowed" ? `shadowed by ${because.by.map(short).join(" and ")}` : because.kind,
      ...(onlyWhileKept.length === 0 ? {} : { onlyWhileKept: onlyWhileKept.map(short) }),
    })),
  };
};

/** A part as a test writes it: `a ingress[0].peers[1]`. */
function short(ref: Redundancy["ref"]): string {
  const policy = shown(ref.policy.name);
  if (!("rule" in ref)) return policy;
  const entry = ref.peer !== undefined ? `.peers[${String(ref.peer)}]` : ref.port !== undefined ? `.ports[${String(ref.port)}]` : "";
  return `${policy} ${ref.direction}[${String(ref.rule)}]${entry}`;
}

const ingress = (...rules: readonly ReturnType<typeof rule>[]) => ({ subject: labelled({ app: "web" }), ingress: rules });

test("a rule shadowed by the union of two others, neither of which would do alone", () => {
  const builder = shop.policy("p", ingress(rule({ ports: [tcp(80, 89)] }), rule({ ports: [tcp(70, 84)] }), rule({ ports: [tcp(85, 95)] })));
  expect(found(builder).redundant).toEqual([{ ref: "p ingress[0]", scope: "today", because: "shadowed by p ingress[1] and p ingress[2]" }]);
});

test("two rules that say the same are each redundant, as long as the other stays", () => {
  const builder = shop.policy("p", ingress(rule({ ports: [tcp(80)] }))).policy("q", ingress(rule({ ports: [tcp(80)] })));
  expect(found(builder).redundant).toEqual([
    { ref: "p", scope: "every-pod", because: "shadowed by q", onlyWhileKept: ["q"] },
    { ref: "p ingress[0]", scope: "every-pod", because: "shadowed by q ingress[0]", onlyWhileKept: ["q ingress[0]"] },
    { ref: "q", scope: "every-pod", because: "shadowed by p", onlyWhileKept: ["p"] },
    { ref: "q ingress[0]", scope: "every-pod", because: "shadowed by p ingress[0]", onlyWhileKept: ["p ingress[0]"] },
  ]);
  expect(findRedundancy(evaluate(builder.build())).removable).toEqual([{ list: "policies", policy: 0 }]);
});

test("a rule of a broader policy shadows for every pod, one of a narrower policy only today", () => {
  const inner = rule({ peers: [podsIn(labelled({ team: "red" }), labelled({ app: "db" }))], ports: [tcp(80)] });
  const outer = rule({ peers: [podsIn(labelled({ team: "red" }))], ports: [tcp(1, 100)] });
  const broader = shop.policy("narrow", ingress(inner)).policy("broad", { ingress: [outer] });
  expect(found(broader).redundant).toContainEqual({
    ref: "narrow ingress[0]",
    scope: "every-pod",
    because: "shadowed by broad ingress[0]",
  });
  const narrower = shop
    .policy("broad", ingress(inner))
    .policy("narrow", { subject: labelled({ app: "web", tier: "front" }), ingress: [outer] });
  expect(found(narrower).redundant).toContainEqual({ ref: "broad ingress[0]", scope: "today", because: "shadowed by narrow ingress[0]" });
});

test("entries: a peer that another covers, a port inside a range, a name beside its number", () => {
  const builder = shop.policy(
    "p",
    ingress(rule({ peers: [ipBlock("10.0.0.0/8"), ipBlock("10.1.0.0/16")], ports: [tcp(80, 90), tcp(81), named("http")] })),
  );
  expect(found(builder).redundant).toEqual([
    { ref: "p ingress[0].peers[1]", scope: "every-pod", because: "shadowed by p ingress[0].peers[0]" },
    { ref: "p ingress[0].ports[1]", scope: "every-pod", because: "shadowed by p ingress[0].ports[0]" },
    { ref: "p ingress[0].ports[2]", scope: "today", because: "shadowed by p ingress[0].ports[0]" },
  ]);
});

test("what can never match, and what matches nothing now", () => {
  const never = {
    matchExpressions: [{ key: "app", operator: "In", values: ["a"] } as const, { key: "app", operator: "DoesNotExist" } as const],
  };
  const builder = shop.policy(
    "p",
    ingress(
      rule({ peers: [ownPods(never)] }),
      rule({ peers: [ownPods(labelled({ app: "gone" }))] }),
      rule({ ports: [named("metrics")] }),
      rule({ peers: [ipBlock("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9")] }),
      rule({ ports: [tcp(80)] }),
    ),
  );
  expect(found(builder).redundant.map(({ ref, scope, because }) => `${ref}: ${because} (${scope})`)).toEqual([
    "p ingress[0]: never-matches (every-pod)",
    "p ingress[1]: matches-nothing (today)",
    "p ingress[2]: matches-nothing (today)",
    "p ingress[3]: never-matches (every-pod)",
  ]);
});

test("a policy whose subject contradicts itself, and one that selects nobody", () => {
  const contradiction = { matchLabels: { app: "a" }, matchExpressions: [{ key: "app", operator: "NotIn" as const, values: ["a"] }] };
  const builder = shop
    .policy("never", { subject: contradiction, ingress: [] })
    .policy("nobody", { subject: labelled({ app: "gone" }), ingress: [] });
  expect(found(builder).redundant).toEqual([
    { ref: "never", scope: "every-pod", because: "never-matches" },
    { ref: "nobody", scope: "today", because: "matches-nothing" },
  ]);
});

test("an Admin rule that earlier ones leave nothing, and a NetworkPolicy rule that the Admin tier decides before it", () => {
  const deny = (ports: readonly ReturnType<typeof tcp>[]) => clusterRule("Deny", [podsIn()], ports);
  const builder = shop
    .clusterPolicy("late", { priority: 20, ingress: [clusterRule("Accept", [podsIn()], [tcp(1, 100)])] })
    .clusterPolicy("early", { priority: 10, ingress: [deny([tcp(1, 50)]), deny([tcp(40, 100)])] })
    .policy("p", { ingress: [rule({ peers: [podsIn()], ports: [tcp(22)] })] });
  const { redundant } = found(builder);
  expect(redundant).toContainEqual({
    ref: "late ingress[0]",
    scope: "today",
    because: "shadowed by early ingress[0] and early ingress[1]",
  });
  expect(redundant).toContainEqual({ ref: "p ingress[0]", scope: "today", because: "shadowed by early ingress[0]" });
});

test("a rule that lets in what nobody can send", () => {
  const builder = shop
    .policy("in", ingress(rule({ peers: [ownPods(labelled({ app: "db" }))] })))
    .policy("out", { subject: labelled({ app: "db" }), egress: [] });
  expect(found(builder).redundant).toEqual([{ ref: "in ingress[0]", scope: "today", because: "other-end" }]);
});

test("a Pass with nothing after it, and an Accept of what nobody denies", () => {
  const builder = shop.clusterPolicy("a", { ingress: [clusterRule("Pass", [podsIn()])] }).clusterPolicy("b", {
    tier: "Baseline",
    ingress: [clusterRule("Accept", [podsIn()])],
  });
  expect(found(builder).redundant.map(({ ref, because }) => `${ref}: ${because}`)).toEqual([
    "a: default",
    "a ingress[0]: default",
    "b: default",
    "b ingress[0]: default",
  ]);
});

test("the same unknown said twice is redundant, said once it is undecided", () => {
  const later = rule({ ports: [{ kind: "unknown", unknown: unknown("var.port") }] });
  expect(found(shop.policy("p", ingress(later)))).toMatchObject({ redundant: [], undecided: [{ policy: { name: "p" } }, { rule: 0 }] });
  expect(found(shop.policy("p", ingress(later, later))).redundant.map(({ ref }) => ref)).toEqual(["p ingress[0]", "p ingress[1]"]);
});
