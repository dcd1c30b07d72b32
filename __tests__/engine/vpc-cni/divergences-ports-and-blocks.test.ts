import type { CniSettings } from "../../../engine";
import { type PortMatch, unknown } from "../../../engine/model";
import { cluster, clusterRule, containerPort, ipBlock, labelled, named, ownPods, podsIn, ports, rule, tcp } from "../../builders";
import { answers, causes, current, reported } from "./cases";

const web = { app: "web" };
const client = { app: "client" };

describe("ports", () => {
  const many = (count: number): readonly PortMatch[] => Array.from({ length: count }, (_, n) => tcp(1000 + 2 * n));

  test("L-22: of more than 24 ports for one address, which are open is chance", () => {
    const town = (count: number) =>
      cluster()
        .namespace("x")
        .deployment("web", { labels: web })
        .deployment("client")
        .policy("p", { subject: labelled(web), ingress: [rule({ peers: [ownPods()], ports: many(count) })] })
        .build();
    expect(answers(town(24), "x/client", "x/web", 1000)).toBe("allowed / allowed");
    expect(answers(town(25), "x/client", "x/web", 1000)).toBe("allowed / undecided");
    expect(answers(town(25), "x/client", "x/web", 999)).toBe("denied / denied");
    expect(causes(town(25))).toEqual(new Set(["L-22"]));
    expect(answers(town(9), "x/client", "x/web", 1000, { ...current, version: [1, 15, 1] })).toBe("allowed / undecided");
  });

  test("L-22: what more entries say than are dropped is open for certain", () => {
    const town = cluster()
      .namespace("x")
      .deployment("web", { labels: web })
      .deployment("client")
      .policy("p", { subject: labelled(web), ingress: [rule({ peers: [ownPods()], ports: [...many(24), tcp(999, 1001)] })] })
      .build();
    expect(answers(town, "x/client", "x/web", 1000)).toBe("allowed / allowed");
    expect(answers(town, "x/client", "x/web", 1002)).toBe("allowed / undecided");
  });

  test("L-23: a named ingress port opens its numbers on every pod of the policy", () => {
    const town = cluster()
      .namespace("x")
      .deployment("one", { labels: { ...web, n: "1" }, ports: [containerPort("http", 8080)] })
      .deployment("two", { labels: { ...web, n: "2" }, ports: [containerPort("http", 9090)] })
      .deployment("client")
      .policy("p", { subject: labelled(web), ingress: [rule({ ports: [named("http")] })] })
      .build();
    expect(answers(town, "x/client", "x/one", 9090)).toBe("denied / allowed");
    expect(answers(town, "x/client", "x/one", 8080)).toBe("allowed / allowed");
    expect(causes(town)).toEqual(new Set(["L-23"]));
  });

  test("L-24: a name that only an init container declares stands for nothing", () => {
    const town = cluster()
      .namespace("x")
      .deployment("web", { labels: web, ports: [{ ...containerPort("http", 8080), sidecar: true }] })
      .deployment("client")
      .policy("p", { subject: labelled(web), ingress: [rule({ ports: [named("http")] })] })
      .build();
    expect(answers(town, "x/client", "x/web", 8080)).toBe("allowed / denied");
    expect(causes(town)).toEqual(new Set(["L-24"]));
  });

  test("of two ports of one name on a pod, the name stands for the first", () => {
    const town = cluster()
      .namespace("x")
      .deployment("web", { labels: web, ports: [containerPort("metrics", 9090), containerPort("metrics", 9091)] })
      .deployment("client", { labels: client })
      .policy("p", { subject: labelled(web), ingress: [rule({ ports: [named("metrics")] })] })
      .build();
    expect(answers(town, "x/client", "x/web", 9090)).toBe("allowed / allowed");
    expect(answers(town, "x/client", "x/web", 9091)).toBe("allowed / denied");
    expect(causes(town)).toEqual(new Set(["first-name"]));
  });

  test("L-25: a named egress port without selectors stands for nothing", () => {
    const town = cluster()
      .namespace("x")
      .deployment("web", { labels: web, ports: [containerPort("http", 8080)] })
      .deployment("client", { labels: client })
      .policy("p", { subject: labelled(client), egress: [rule({ ports: [named("http")] })] })
      .build();
    expect(answers(town, "x/client", "x/web", 8080)).toBe("allowed / denied");
    expect(causes(town)).toEqual(new Set(["L-25"]));
  });

  test("L-28: SCTP is matched like the others", () => {
    const town = cluster()
      .namespace("x")
      .deployment("web", { labels: web })
      .deployment("client")
      .policy("p", { subject: labelled(web), ingress: [rule({ ports: [ports("SCTP", 7)] })] })
      .build();
    expect(answers(town, "x/client", "x/web", 7)).toBe("denied / denied");
    expect(reported(town)).toEqual([]);
  });
});

describe("blocks and exceptions", () => {
  const web4 = (...ingress: Parameters<typeof rule>[0][]) =>
    cluster()
      .namespace("x")
      .deployment("web", { labels: web })
      .policy("p", { subject: labelled(web), ingress: ingress.map((each) => rule(each)) })
      .build();

  test("L-30: an exception of one rule denies what another allows", () => {
    const a = web4({ peers: [ipBlock("0.0.0.0/0")], ports: [tcp(53)] }, { peers: [ipBlock("0.0.0.0/0", "10.0.0.0/8")] });
    expect(answers(a, "ip:10.1.2.3", "x/web", 53)).toBe("allowed / denied");
    const b = web4({ peers: [ipBlock("10.0.0.0/8", "10.1.2.0/24")] }, { peers: [ipBlock("10.1.0.0/16")] });
    expect(answers(b, "ip:10.1.2.5", "x/web")).toBe("allowed / denied");
    const d = web4({ peers: [ipBlock("10.0.0.0/8", "10.5.0.0/16")] }, { ports: [tcp(443)], peers: [ipBlock("0.0.0.0/0")] });
    expect(answers(d, "ip:10.5.1.1", "x/web", 443)).toBe("allowed / denied");
    expect(reported(b)).toEqual(["10.1.2.0-10.1.2.255 → x/web TCP/1 allowed/denied: L-30 (write blocks without exceptions)"]);
  });

  test("L-30: a block that begins in an exception does not take over the ports of the block around it", () => {
    const c = web4(
      { peers: [ipBlock("10.0.0.0/8", "10.1.0.0/24")], ports: [tcp(80)] },
      { peers: [ipBlock("10.1.0.0/16")], ports: [tcp(443)] },
    );
    expect(answers(c, "ip:10.1.5.5", "x/web", 80)).toBe("allowed / denied");
    expect(answers(c, "ip:10.1.0.9", "x/web", 443)).toBe("allowed / denied");
    expect(answers(c, "ip:10.1.5.5", "x/web", 443)).toBe("allowed / allowed");
    expect(causes(c)).toEqual(new Set(["L-30"]));
  });

  test("L-30: an exception that is itself a block of another rule keeps what that allows, since 1.20.1", () => {
    const town = web4({ peers: [ipBlock("10.0.0.0/8", "10.1.0.0/16")] }, { peers: [ipBlock("10.1.0.0/16")], ports: [tcp(443)] });
    expect(answers(town, "ip:10.1.2.3", "x/web", 443)).toBe("allowed / allowed");
    expect(answers(town, "ip:10.1.2.3", "x/web", 443, { ...current, version: [1, 20, 0] })).toBe("allowed / undecided");
    expect(answers(town, "ip:10.1.2.3", "x/web", 443, { ...current, version: unknown("most recent") })).toBe("allowed / undecided");
  });

  test("L-30: a pod that a rule names is open inside an exception", () => {
    const town = cluster()
      .namespace("x")
      .pod("web", { labels: web, ips: ["10.0.0.1"] })
      .pod("client", { ips: ["10.1.2.3"] })
      .policy("p", {
        subject: labelled(web),
        ingress: [rule({ peers: [ipBlock("0.0.0.0/0", "10.1.0.0/16")] }), rule({ peers: [ownPods()], ports: [tcp(443)] })],
      })
      .build();
    expect(answers(town, "x/client", "x/web", 443)).toBe("allowed / allowed");
    expect(answers(town, "x/client", "x/web", 80)).toBe("denied / denied");
  });

  test("L-31: blocks that differ in host bits overwrite each other before 1.23.1", () => {
    const town = web4({ peers: [ipBlock("10.161.0.0/8")], ports: [tcp(80)] }, { peers: [ipBlock("10.0.0.0/8")], ports: [tcp(443)] });
    const old: CniSettings = { ...current, version: [1, 23, 0] };
    expect(answers(town, "ip:10.1.1.1", "x/web", 80, old)).toBe("allowed / undecided");
    expect(answers(town, "ip:10.1.1.1", "x/web", 80)).toBe("allowed / allowed");
    expect(causes(town, old)).toEqual(new Set(["L-31"]));
  });

  test("L-31: exceptions of blocks that overwrite each other all deny, and what smaller blocks take over is certain", () => {
    const old: CniSettings = { ...current, version: [1, 23, 0] };
    const town = web4(
      { peers: [ipBlock("10.161.0.0/8", "10.5.0.0/16")], ports: [tcp(80)] },
      { peers: [ipBlock("10.0.0.0/8")], ports: [tcp(443)] },
      { peers: [ipBlock("10.7.0.0/16")], ports: [tcp(22)] },
    );
    expect(answers(town, "ip:10.5.1.1", "x/web", 443, old)).toBe("allowed / denied");
    expect(answers(town, "ip:10.6.1.1", "x/web", 443, old)).toBe("allowed / undecided");
    expect([22, 80, 443].map((port) => answers(town, "ip:10.7.1.1", "x/web", port, old))).toEqual(Array(3).fill("allowed / allowed"));
    expect(causes(town, old)).toEqual(new Set(["L-30", "L-31"]));
  });

  test("L-31: a pod in the exception of one spelling takes over the ports of the other, while they are two", () => {
    const town = cluster()
      .namespace("x")
      .pod("web", { labels: web, ips: ["10.0.0.1"] })
      .pod("client", { labels: client, ips: ["10.5.0.2"] })
      .policy("p", {
        subject: labelled(web),
        ingress: [
          rule({ peers: [ipBlock("10.161.0.0/8", "10.5.0.0/16")], ports: [tcp(80)] }),
          rule({ peers: [ipBlock("10.0.0.0/8")], ports: [tcp(443)] }),
          rule({ peers: [ownPods(labelled(client))], ports: [tcp(22)] }),
        ],
      })
      .build();
    const at = (port: number, version: CniSettings["version"]): string => answers(town, "x/client", "x/web", port, { ...current, version });
    expect([22, 80, 443].map((port) => at(port, [1, 23, 0]))).toEqual(["allowed / allowed", "denied / denied", "allowed / allowed"]);
    expect([22, 80, 443].map((port) => at(port, [1, 23, 1]))).toEqual(["allowed / allowed", "denied / denied", "allowed / denied"]);
    expect([22, 80, 443].map((port) => at(port, unknown("most recent")))).toEqual([
      "allowed / allowed",
      "denied / denied",
      "allowed / undecided",
    ]);
  });

  test("L-31: an exception that spells another rule's block in its own way takes its place, or not", () => {
    const town = web4({ peers: [ipBlock("10.0.0.0/8", "10.1.0.0/16")] }, { peers: [ipBlock("10.1.7.7/16")], ports: [tcp(443)] });
    expect(answers(town, "ip:10.1.2.3", "x/web", 443, { ...current, version: [1, 23, 0] })).toBe("allowed / undecided");
    expect(answers(town, "ip:10.1.2.3", "x/web", 443)).toBe("allowed / allowed");
  });

  test("L-32: only the family of the cluster counts for pods of both", () => {
    const town = cluster()
      .namespace("x")
      .pod("web", { labels: web, ips: ["10.0.0.1", "fd00::1"] })
      .pod("client", { ips: ["10.0.0.2", "fd00::2"] })
      .policy("p", { subject: labelled(web), ingress: [rule({ peers: [ipBlock("0.0.0.0/0")] })] })
      .build();
    expect(answers(town, "x/client", "x/web")).toBe("undecided / allowed");
    expect(answers(town, "x/client", "x/web", 80, { ...current, ipFamily: "IPv6" })).toBe("undecided / denied");
  });
});

describe("nodes and modes", () => {
  test("L-33: a pod always reaches its own node", () => {
    const town = cluster()
      .node("n1", ["172.30.0.1"])
      .node("n2", ["172.30.0.2"])
      .namespace("x")
      .pod("web", { ips: ["10.0.0.1"], node: "n1" })
      .policy("p", { egress: [] })
      .build();
    expect(answers(town, "x/web", "ip:172.30.0.1")).toBe("denied / allowed");
    expect(answers(town, "x/web", "ip:172.30.0.2")).toBe("denied / denied");
    expect(reported(town)).toEqual(["x/web → 172.30.0.1 TCP/1 denied/allowed: L-33 (accept it)"]);
  });

  test("L-33: a pod that only may run on a node differs from it for causes of its own", () => {
    const town = cluster()
      .node("n1", ["172.30.0.1"])
      .namespace("sys")
      .pod("host", { hostNetwork: true, ips: ["172.30.0.1"], node: "n1" })
      .namespace("x")
      .pod("web", { ips: ["10.0.0.1"], node: "n1" })
      .deployment("any")
      .policy("p", { egress: [rule({ peers: [podsIn()], ports: [tcp(81)] })] })
      .build();
    const toNode = reported(town).filter((each) => each.includes("→ 172.30.0.1 "));
    expect(toNode).toEqual([
      "x/web → 172.30.0.1 TCP/1 denied/allowed: L-33 (accept it)",
      expect.stringMatching(/^x\/any → 172\.30\.0\.1 TCP\/81 denied\/allowed: L-07\+L-33 /) as string,
    ]);
  });

  test("L-35: in strict mode a pod without a policy is closed, and one with an egress policy accepts everything", () => {
    const town = cluster()
      .namespace("x")
      .deployment("bare", { labels: { app: "bare" } })
      .deployment("web", { labels: web })
      .policy("p", { subject: labelled(web), egress: [rule()] })
      .build();
    const strict: CniSettings = { ...current, mode: "strict" };
    expect(answers(town, "x/web", "x/bare", 80, strict)).toBe("allowed / denied");
    expect(answers(town, "x/bare", "x/web", 80, strict)).toBe("allowed / denied");
    expect(answers(town, "ip:192.0.2.1", "x/web", 80, strict)).toBe("allowed / allowed");
    expect(causes(town, strict)).toEqual(new Set(["L-35"]));
    expect(answers(town, "x/web", "x/bare", 80, { ...current, mode: unknown("the mode") })).toBe("allowed / undecided");
  });
});

describe("kinds of one side only", () => {
  test("cluster-wide policies of the specification are not read", () => {
    const town = cluster()
      .namespace("x")
      .deployment("web")
      .deployment("client")
      .clusterPolicy("deny", { ingress: [clusterRule("Deny", [podsIn()])] })
      .build();
    expect(answers(town, "x/client", "x/web")).toBe("denied / allowed");
    expect(causes(town)).toEqual(new Set(["upstream-tiers"]));
  });
});
