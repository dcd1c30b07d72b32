/** What policies are made of in cases worth reading. The properties are in synthesize.test.ts. */
import { clusterDns, type IntentOptions, type RequiredEnd, type RequiredFlow, synthesize, type SynthesisProblem } from "../../engine";
import { type Cluster, type NetworkPolicy, unknown } from "../../engine/model";
import { cluster, clusterRule, endpoint, ipBlock, labelled, ownPods, podsIn, ports, rule, tcp } from "../builders";

const end = (town: Cluster, text: string): RequiredEnd => {
  if (text.startsWith("ip:")) return { kind: "addresses", cidr: text.slice("ip:".length) };
  const found = endpoint(town, text);
  if (found.kind === "address") throw new Error(`\`${text}\` is no workload`);
  return { kind: "workload", workload: found.workload };
};

/** A flow as one line: `shop/web → shop/api 8080`. */
const wish = (town: Cluster, line: string): RequiredFlow => {
  const [from = "", , to = "", port = "80", protocol = "TCP"] = line.split(" ");
  return { from: end(town, from), to: end(town, to), protocol: protocol as "TCP", ports: port === "every" ? port : Number(port) };
};

const made = (town: Cluster, lines: readonly string[], options?: IntentOptions) =>
  synthesize(
    town,
    lines.map((line) => wish(town, line)),
    options,
  );

const problem = <K extends SynthesisProblem["kind"]>(problems: readonly SynthesisProblem[], kind: K) =>
  problems.filter((each): each is Extract<SynthesisProblem, { kind: K }> => each.kind === kind);

const named = (policies: readonly NetworkPolicy[], name: string): NetworkPolicy | undefined => policies.find((each) => each.name === name);

const later = unknown("known after apply");
const nowhere = { extra: [], missing: [], unpreventable: [] };
const nameLabel = "kubernetes.io/metadata.name";

const shop = cluster()
  .namespace("kube-system")
  .deployment("coredns", { labels: { "k8s-app": "kube-dns", "pod-template-hash": "5d4" } })
  .namespace("monitoring")
  .deployment("prometheus", { labels: { app: "prometheus" } })
  .namespace("shop")
  .deployment("web", { labels: { app: "web", "pod-template-hash": "7f6" } })
  .deployment("api", { labels: { app: "api" } })
  .deployment("jobs", { labels: { app: "jobs" } })
  .workload("StatefulSet", "db", { labels: { app: "db" } });

describe("an application of several parts", () => {
  const town = shop.podCidrs("10.0.0.0/16").build();
  const lines = [
    "ip:0.0.0.0/0 → shop/web 443",
    "shop/web → shop/api 8080",
    "shop/api → shop/db 5432",
    "shop/jobs → shop/db 5432",
    "monitoring/prometheus → shop/web 9090",
    "shop/jobs → ip:203.0.113.7 443",
  ];
  const { policies, problems, proof, namespaces } = made(town, lines, { namespaces: ["shop"], dns: clusterDns });

  test("is proven, with nothing to report", () => {
    expect({ problems, proof, namespaces }).toEqual({ problems: [], proof: nowhere, namespaces: ["shop"] });
  });

  test("gets a policy that closes, one for names, one for each part", () => {
    expect(policies.map(({ name }) => name)).toEqual(["default-deny", "allow-dns", "allow-api", "allow-db", "allow-jobs", "allow-web"]);
    expect(named(policies, "default-deny")).toEqual({ namespace: "shop", name: "default-deny", subject: {}, ingress: [], egress: [] });
    expect(named(policies, "allow-web")).toEqual({
      namespace: "shop",
      name: "allow-web",
      subject: labelled({ app: "web" }),
      ingress: [
        rule({ peers: [podsIn(labelled({ [nameLabel]: "monitoring" }), labelled({ app: "prometheus" }))], ports: [tcp(9090)] }),
        rule({ peers: [ipBlock("0.0.0.0/0", "10.0.0.0/16")], ports: [tcp(443)] }),
      ].reverse(),
      egress: [rule({ peers: [ownPods(labelled({ app: "api" }))], ports: [tcp(8080)] })],
    });
  });

  test("joins clients that differ in one label", () => {
    const clients = { matchExpressions: [{ key: "app", operator: "In", values: ["api", "jobs"] }] } as const;
    expect(named(policies, "allow-db")?.ingress).toEqual([rule({ peers: [ownPods(clients)], ports: [tcp(5432)] })]);
  });

  test("names are resolved only when asked for", () => {
    const dns = podsIn(labelled({ [nameLabel]: "kube-system" }), labelled({ "k8s-app": "kube-dns" }));
    expect(named(policies, "allow-dns")).toEqual({
      namespace: "shop",
      name: "allow-dns",
      subject: {},
      egress: [rule({ peers: [dns], ports: [tcp(53), ports("UDP", 53)] })],
    });
    expect(made(town, lines, { namespaces: ["shop"] }).policies.map(({ name }) => name)).not.toContain("allow-dns");
  });

  test("DNS in a closed namespace is opened for the clients", () => {
    const all = made(town, lines, { namespaces: ["kube-system", "monitoring", "shop"], dns: clusterDns });
    const clients = { matchExpressions: [{ key: nameLabel, operator: "In", values: ["monitoring", "shop"] }] } as const;
    expect(named(all.policies, "allow-dns-clients")?.ingress).toEqual([
      rule({ peers: [ownPods(), podsIn(clients)], ports: [tcp(53), ports("UDP", 53)] }),
    ]);
    expect([all.proof, all.problems]).toEqual([nowhere, []]);
  });

  test("without a DNS workload in the cluster, that is said", () => {
    const dns = { namespace: "kube-system", pods: { "k8s-app": "node-local-dns" } };
    expect(made(town, lines, { namespaces: ["shop"], dns }).problems).toEqual([{ kind: "no-dns", dns }]);
  });
});

describe("what cannot be told apart", () => {
  const alike = { labels: { app: "web" }, replicas: 1 };
  const town = shop
    .deployment("web-blue", alike)
    .deployment("web-green", alike)
    .deployment("other", { labels: { app: "other" } })
    .build();

  test("names the others and the flows they get", () => {
    const { problems, proof } = made(town, ["shop/other → shop/web-blue"]);
    const [found, ...rest] = problem(problems, "inseparable");
    const { to, connections } = found!.opens[0]!;
    expect([rest, found?.end, found?.others.map(({ name }) => name)]).toEqual([[], end(town, "shop/web-blue"), ["web", "web-green"]]);
    expect([to.kind === "workload" && to.workload.name, connections.toString()]).toEqual(["web", "TCP 80"]);
    expect(proof.extra).toHaveLength(2);
    expect(proof.extra.every(({ verdict }) => verdict.outcome === "allowed")).toBe(true);
  });

  test("is no matter when the others are to have the same", () => {
    const { problems, proof } = made(
      town,
      ["shop/web", "shop/web-blue", "shop/web-green"].map((to) => `shop/other → ${to}`),
    );
    expect([problems, proof]).toEqual([[], nowhere]);
  });

  test("a block that holds pods opens them, unless the pod ranges are known and the block is wider", () => {
    const open = shop.namespace("far").deployment("target", { pods: [{ name: "t", ips: ["10.0.3.4"] }] });
    const lines = ["shop/web → ip:10.0.0.0/8 443"];
    const { problems } = made(open.build(), lines);
    expect(problem(problems, "inseparable").map((each) => [each.end, each.others.map(({ name }) => name)])).toEqual([
      [{ kind: "addresses", cidr: "10.0.0.0/8" }, ["target"]],
    ]);
    expect(made(open.podCidrs("10.0.0.0/16").build(), lines).proof).toEqual(nowhere);
  });

  test("a block that is a range of pods is meant as it is written", () => {
    const { policies, problems } = made(shop.podCidrs("10.0.0.0/16").build(), ["shop/web → ip:10.0.0.0/16 443"]);
    expect(named(policies, "allow-web")?.egress).toEqual([rule({ peers: [ipBlock("10.0.0.0/16")], ports: [tcp(443)] })]);
    expect(problem(problems, "inseparable").map(({ others }) => others.length)).toEqual([6]);
  });

  test("a workload that may be the DNS service is named", () => {
    const unsure = shop.namespace("kube-system").pod("unsure", { unknownLabels: later }).build();
    const { problems } = made(unsure, ["shop/web → shop/api"], { dns: clusterDns });
    expect(problems.map((each) => each.kind === "inseparable" && [each.end.kind, each.others.map(({ name }) => name)])).toEqual([
      ["dns", ["unsure"]],
    ]);
  });

  test("IPv4 written inside IPv6 is written as IPv4", () => {
    const { policies } = made(shop.build(), ["shop/web → ip:::ffff:192.0.2.9/120 443"]);
    expect(named(policies, "allow-web")?.egress).toEqual([rule({ peers: [ipBlock("192.0.2.0/24")], ports: [tcp(443)] })]);
  });

  test("the address of a pod stands for its workload", () => {
    const known = shop.pod("cache", { labels: { app: "cache" }, ips: ["10.0.3.4"] }).build();
    const { policies, proof } = made(known, ["shop/web → ip:10.0.3.4/32 6379"]);
    expect(named(policies, "allow-web")?.egress).toEqual([rule({ peers: [ownPods(labelled({ app: "cache" }))], ports: [tcp(6379)] })]);
    expect(proof).toEqual(nowhere);
  });
});

describe("what cannot be had", () => {
  test("a cluster-wide Deny is named with its verdict, and no rule is written for it", () => {
    const deny = clusterRule("Deny", [podsIn(labelled({ [nameLabel]: "monitoring" }))]);
    const town = shop.clusterPolicy("wall", { ingress: [deny] }).build();
    const { problems, policies, proof } = made(town, ["monitoring/prometheus → shop/web 9090", "shop/web → shop/api"]);
    const [found] = problem(problems, "impossible");
    expect(found?.flows).toEqual([wish(town, "monitoring/prometheus → shop/web 9090")]);
    expect(found?.missing.verdict).toMatchObject({ outcome: "denied", ingress: { decidedBy: "Admin" } });
    expect(proof.missing).toEqual([found?.missing]);
    expect(named(policies, "allow-prometheus")).toBeUndefined();
    expect(named(policies, "allow-web")).not.toHaveProperty("ingress");
  });

  test("a Deny of some ports leaves the others", () => {
    const deny = clusterRule("Deny", [podsIn()], [tcp(9050)]);
    const town = shop.clusterPolicy("wall", { ingress: [deny] }).build();
    const { problems, policies } = synthesize(town, [{ ...wish(town, "shop/web → shop/api"), ports: { from: 9000, to: 9100 } }]);
    expect(problem(problems, "impossible").map(({ missing }) => missing.connections.toString())).toEqual(["TCP 9050"]);
    expect(named(policies, "allow-web")?.egress?.[0]?.ports).toEqual([tcp(9000, 9100)]);
  });

  test("a cluster-wide Accept is beyond NetworkPolicies, and is said to be", () => {
    const accept = clusterRule("Accept", [podsIn(labelled({ [nameLabel]: "monitoring" }))], [tcp(9090)]);
    const both = { ingress: [accept], egress: [clusterRule("Accept", [podsIn()])] };
    const { proof, problems } = made(shop.clusterPolicy("scrape", both).build(), ["shop/web → shop/api"], {
      namespaces: ["monitoring", "shop"],
    });
    expect(problems).toEqual([]);
    expect([proof.extra, proof.missing]).toEqual([[], []]);
    expect(proof.unpreventable.map(({ connections }) => connections.toString())).toContain("TCP 9090");
    expect(proof.unpreventable.every(({ verdict }) => verdict.egress.decidedBy === "Admin")).toBe(true);
  });

  test("the address of a pod on its node's network is the node's", () => {
    const town = shop.pod("agent", { labels: { app: "agent" }, ips: ["172.30.0.1"], hostNetwork: true }).build();
    const { policies } = made(town, ["shop/web → ip:172.30.0.1 10250"]);
    expect(named(policies, "allow-web")?.egress).toEqual([rule({ peers: [ipBlock("172.30.0.1/32")], ports: [tcp(10250)] })]);
  });

  test("an end on its node's network is undecided, and a profile decides it", () => {
    const town = shop.deployment("agent", { labels: { app: "agent" }, hostNetwork: true }).build();
    const [found] = problem(made(town, ["shop/agent → shop/api"]).problems, "impossible");
    expect(found?.missing.verdict.outcome).toBe("undecided");
    const decided = made(town, ["shop/agent → shop/api"], { profile: { hostNetwork: "pod" } });
    expect(decided.proof.missing).toEqual([]);
  });

  test("a policy that stays in a namespace that is not closed", () => {
    const town = shop.namespace("monitoring").policy("closed", { ingress: [], egress: [] }).build();
    const { problems } = made(town, ["monitoring/prometheus → shop/web 9090"], { namespaces: ["shop"] });
    expect(problem(problems, "impossible").map(({ missing }) => missing.verdict.egress.isolatedBy[0]?.name)).toEqual(["closed"]);
  });

  test("flows that are no pod's, and pods of a namespace that is not known", () => {
    const placed = shop.pod("lost").build();
    const town = { ...placed, workloads: placed.workloads.map((each) => (each.name === "lost" ? { ...each, namespace: later } : each)) };
    const lost: RequiredFlow = { ...wish(town, "shop/web → shop/api"), to: { kind: "workload", workload: town.workloads.at(-1)! } };
    const passing = wish(town, "ip:192.0.2.1 → ip:192.0.2.2");
    const { problems } = synthesize(town, [lost, passing], { namespaces: ["shop"] });
    expect(problems).toEqual([
      { kind: "unplaced", flow: lost },
      { kind: "outside", flow: passing },
    ]);
  });
});

describe("the policies themselves", () => {
  test("take the place of those the closed namespaces have, and name them", () => {
    const town = shop
      .policy("old", { ingress: [rule()] })
      .namespace("monitoring")
      .policy("kept", { ingress: [rule()] })
      .build();
    const { replaced, proof } = made(town, ["shop/web → shop/api"]);
    expect(replaced).toEqual([{ kind: "NetworkPolicy", namespace: "shop", name: "old" }]);
    expect(proof).toEqual(nowhere);
  });

  test("say a block once when a wider one allows the same, and only what is more when it does not", () => {
    const lines = ["ip:0.0.0.0/0 443", "ip:192.0.2.0/24 443", "ip:192.0.2.7 443", "ip:192.0.2.7 22"].map((to) => `shop/web → ${to}`);
    const { policies } = made(shop.build(), lines);
    expect(named(policies, "allow-web")?.egress).toEqual([
      rule({ peers: [ipBlock("0.0.0.0/0")], ports: [tcp(443)] }),
      rule({ peers: [ipBlock("192.0.2.7/32")], ports: [tcp(22)] }),
    ]);
  });

  test("write all ports of a protocol as that, never as any traffic at all", () => {
    const lines = ["TCP", "UDP", "SCTP"].map((protocol) => `shop/web → shop/api every ${protocol}`);
    const { policies, proof } = made(shop.build(), lines);
    const every = [tcp(1, 65535), ports("UDP", 1, 65535), ports("SCTP", 1, 65535)];
    expect(named(policies, "allow-web")?.egress).toEqual([rule({ peers: [ownPods(labelled({ app: "api" }))], ports: every })]);
    expect(proof).toEqual(nowhere);
  });

  test("have names that are free, short enough and end as names must", () => {
    const long = `${"a".repeat(246)}-b`;
    const town = shop
      .deployment("dns", { labels: { app: "dns" } })
      .pod("web", { labels: { app: "bare" } })
      .deployment(long, { labels: { app: "long" } })
      .build();
    const bare = town.workloads.find(({ kind, name }) => kind === "Pod" && name === "web");
    const flows = [...["shop/dns → shop/web", `shop/${long} → shop/api`].map((line) => wish(town, line))];
    const more: RequiredFlow = { ...wish(town, "shop/web → shop/api"), to: { kind: "workload", workload: bare! } };
    const { policies } = synthesize(town, [...flows, more], { dns: clusterDns });
    expect(policies.map(({ name }) => name)).toEqual([
      "default-deny",
      "allow-dns",
      `allow-${"a".repeat(246)}`,
      "allow-api",
      "allow-dns-deployment",
      "allow-web",
      "allow-web-pod",
    ]);
  });
});
