/** Two sets of policies over the same pods: which allows more, with a flow that shows it. */
import fc from "fast-check";
import { comparePolicies, evaluate, type PolicySet, verdict } from "../../engine";
import { type Cluster, unknown } from "../../engine/model";
import type { Features } from "../arbitraries/alphabet";
import { anyCluster } from "../arbitraries/cluster";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster, clusterRule, ipBlock, labelled, named, podsIn, ports, rule, tcp } from "../builders";
import { complete, randomly } from "../reference/completions";
import { allEnds, observations } from "./observations";
import { check } from "../property-runs";

/** Two sets that share most of their policies: all of the cluster's, less some. */
const anyTwo = (clusters: fc.Arbitrary<Cluster>) => fc.tuple(clusters, fc.nat(), fc.nat());

/** The policies without those whose bit is set. Bits beyond the third mostly miss, so that sets are mostly large. */
const less = (cluster: Cluster, bits: number): PolicySet => {
  const isKept = (_: unknown, place: number): boolean => ((bits >> place) & 3) !== 3;
  return { policies: cluster.policies.filter(isKept), clusterPolicies: cluster.clusterPolicies.filter(isKept) };
};

const features: readonly (readonly [string, Features, number])[] = [
  ["NetworkPolicy", {}, 40],
  ["cluster-wide tiers and host networking", { tiers: true, hostNetwork: true }, 40],
];

describe.each(features)("with %s", (name, each, clusters) => {
  test("containment is what the connections of all ends say, and the witness shows it", () => {
    const property = fc.property(anyTwo(anyCluster(each)), ([drawn, some, others]) => {
      const [first, second] = [less(drawn, some), less(drawn, others)];
      const { firstInSecond } = comparePolicies(drawn, first, second);
      const ends = allEnds(drawn);
      const mine = observations({ ...drawn, ...first }, ends);
      const theirs = observations({ ...drawn, ...second }, ends);
      const certainly = mine.some(({ connections }, at) => !connections.certain.isSubsetOf(theirs[at]!.connections.possible));
      const perhaps = mine.some(({ connections }, at) => !connections.possible.isSubsetOf(theirs[at]!.connections.certain));
      // Ends taken as a whole, and bounds that know nothing of each other, may leave open what is decided pod by pod.
      if (certainly) expect(firstInSecond.answer).toBe("no");
      if (!perhaps) expect(firstInSecond.answer).toBe("yes");
      if (firstInSecond.answer !== "no") return;
      const { flow } = firstInSecond.witness!;
      expect([verdict(evaluate({ ...drawn, ...first }), flow).outcome, verdict(evaluate({ ...drawn, ...second }), flow).outcome]).toEqual([
        "allowed",
        "denied",
      ]);
    });
    check(`containment, ${name}`, clusters, property);
  });
});

test("what is decided in spite of unknowns holds in every completion", () => {
  const property = fc.property(anyTwo(withUnknowns(anyCluster({ tiers: true }))), fc.nat(), ([drawn, some, others], seed) => {
    const { firstInSecond } = comparePolicies(drawn, less(drawn, some), less(drawn, others));
    if (firstInSecond.answer === "maybe") return;
    const choose = randomly(numbers(seed));
    const answers = Array.from({ length: 10 }, () => {
      const completed = complete(drawn, choose);
      return comparePolicies(completed, less(completed, some), less(completed, others)).firstInSecond.answer;
    });
    // Two policies of equal priority leave a completion open as well.
    expect(answers).not.toContain(firstInSecond.answer === "yes" ? "no" : "yes");
  });
  check("comparison under unknowns", 60, property);
});

/** Reproducible numbers in [0, 1). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const town = cluster()
  .namespace("shop", { team: "red" })
  .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"], ports: [{ name: "http", port: 80, protocol: "TCP" }] })
  .pod("db", { labels: { app: "db" }, ips: ["10.0.0.2"] });

const setOf = (builder: ReturnType<typeof cluster>): PolicySet => builder.build();
const compared = (first: typeof town, second: typeof town) => comparePolicies(town.build(), setOf(first), setOf(second));

test("one rule and the same rule in two halves are equivalent", () => {
  const whole = town.policy("p", { ingress: [rule({ ports: [tcp(1, 65535)] })] });
  const halves = town
    .policy("a", { ingress: [rule({ ports: [tcp(1, 80)] })] })
    .policy("b", { ingress: [rule({ ports: [tcp(81, 65535)] })] });
  const { relation, firstInSecond, limits } = compared(whole, halves);
  expect({ relation, firstInSecond, limits }).toEqual({
    relation: "equivalent",
    firstInSecond: { answer: "yes" },
    limits: ["listed-pods"],
  });
});

test("a stricter set allows less, and the lowest port that differs shows it", () => {
  const strict = town.policy("p", { ingress: [rule({ ports: [tcp(80)] })] });
  const loose = town.policy("p", { ingress: [rule({ ports: [tcp(80), ports("UDP", 53)] })] });
  expect(compared(strict, loose).relation).toBe("stricter");
  const { relation, firstInSecond } = compared(loose, strict);
  expect(relation).toBe("looser");
  expect(firstInSecond.witness).toMatchObject({
    flow: { protocol: "UDP", port: 53 },
    first: { outcome: "allowed", ingress: { allowedBy: [{ rule: 0, port: 1 }] } },
    second: { outcome: "denied", ingress: { isolatedBy: [{ name: "p" }], allowedBy: [] } },
  });
});

test("two sets that each allow something of their own are incomparable", () => {
  const toWeb = town.policy("p", { subject: labelled({ app: "web" }), ingress: [] });
  const toDb = town.policy("p", { subject: labelled({ app: "db" }), ingress: [] });
  expect(compared(toWeb, toDb).relation).toBe("incomparable");
});

test("where all replicas of a workload are listed, two that are alike are two of those", () => {
  const replicas = {
    pods: [
      { name: "w-0", ips: [] },
      { name: "w-1", ips: ["10.0.0.1"] },
    ],
    replicas: 2,
  };
  const shop = cluster().namespace("shop").deployment("w", replicas);
  const closed = shop.policy("p", { ingress: [rule({ peers: [ipBlock("0.0.0.0/0"), ipBlock("::/0")] })] }).build();
  const { firstInSecond } = comparePolicies(closed, { policies: [], clusterPolicies: [] }, closed);
  expect(firstInSecond).toMatchObject({
    answer: "no",
    witness: {
      flow: { from: { pod: { name: "w-0" } }, to: { pod: { name: "w-1" } } },
      first: { outcome: "allowed" },
      second: { outcome: "denied" },
    },
  });
});

test("addresses count, of either family", () => {
  const some = town.policy("p", { egress: [rule({ peers: [ipBlock("::/0"), ipBlock("0.0.0.0/0", "192.0.2.0/24")] })] });
  const all = town.policy("p", { egress: [rule({ peers: [ipBlock("::/0"), ipBlock("0.0.0.0/0")] })] });
  const { relation, secondInFirst } = compared(some, all);
  expect(relation).toBe("stricter");
  expect(secondInFirst.witness?.flow.to).toEqual({ kind: "address", address: "192.0.2.0" });
});

test("a name and the number it stands for are equivalent, and so are a tier and the policy that does the same", () => {
  const byName = town.policy("p", { subject: labelled({ app: "web" }), ingress: [rule({ ports: [named("http")] })] });
  const byNumber = town.policy("p", { subject: labelled({ app: "web" }), ingress: [rule({ ports: [tcp(80)] })] });
  expect(compared(byName, byNumber).relation).toBe("equivalent");
  const inTier = town.clusterPolicy("deny", { egress: [clusterRule("Deny", [podsIn()])] });
  const inNamespace = town.policy("deny", {
    egress: [rule({ peers: [ipBlock("0.0.0.0/0", "10.0.0.1/32", "10.0.0.2/32"), ipBlock("::/0")] })],
  });
  expect(compared(inTier, inNamespace).relation).toBe("equivalent");
});

test("what is not known decides nothing, unless both sets say the same about it", () => {
  const later = unknown("var.port");
  const open = town.policy("p", { ingress: [rule({ ports: [{ kind: "unknown", unknown: later }] })] });
  const { relation, firstInSecond } = compared(open, town.policy("p", { ingress: [] }));
  expect([relation, firstInSecond.answer]).toEqual(["undecided", "maybe"]);
  expect(firstInSecond.witness).toMatchObject({ first: { outcome: "undecided" }, second: { outcome: "denied" } });
  const renamed = town.policy("q", { ingress: [rule({ ports: [{ kind: "unknown", unknown: later }] })] });
  expect(compared(open, renamed)).toMatchObject({ relation: "equivalent", limits: [] });
});

test("pods without an address are outside every block only as long as nothing is known of the pod ranges", () => {
  const adrift = cluster().namespace("shop").pod("web").pod("db");
  const open = setOf(adrift.policy("p", { ingress: [rule({ peers: [ipBlock("10.0.0.0/8")] })] }));
  const closed = setOf(adrift.policy("p", { ingress: [] }));
  expect(comparePolicies(adrift.build(), open, closed).limits).toEqual(["listed-pods", "unplaced-pods"]);
  expect(comparePolicies(adrift.podCidrs("10.0.0.0/16").build(), open, closed).limits).toEqual(["listed-pods"]);
});
