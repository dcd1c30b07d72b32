import type { CniSettings } from "../../../engine";
import { type Endpoint, unknown } from "../../../engine/model";
import { cluster, labelled, podsIn, rule, tcp } from "../../builders";
import { answers, bothAnswers, causes, cniFlow, current, remarks, reported } from "./cases";

const web = { app: "web" };
const client = { app: "client" };

const closed = (settings: Partial<CniSettings>, hostNetwork = false) =>
  [
    cluster()
      .namespace("shop")
      .deployment("client", { labels: client })
      .deployment("web", { labels: web, hostNetwork })
      .policy("closed", { subject: labelled(web), ingress: [] })
      .build(),
    { ...current, ...settings },
  ] as const;

describe("which pods are enforced", () => {
  test("L-01: an add-on that is off, or too old, enforces nothing", () => {
    for (const settings of [{ enabled: false }, { version: [1, 13, 4] }] as const) {
      const [town, set] = closed(settings);
      expect(answers(town, "shop/client", "shop/web", 80, set)).toBe("denied / allowed");
      expect(causes(town, set)).toEqual(new Set(["L-01"]));
    }
  });

  test("L-01: whether it is on is not known, and so what it denies is undecided", () => {
    const [town, settings] = closed({ enabled: unknown("the add-on's configuration") });
    expect(answers(town, "shop/client", "shop/web", 80, settings)).toBe("denied / undecided");
  });

  test("L-02: pods on Fargate and on Windows nodes are not enforced", () => {
    const fargate = { ...current.nodes, fargate: [{ namespace: "sh*", labels: { app: "w?b" } }] };
    const windows = { ...current.nodes, windows: [{ kind: "Deployment", namespace: "shop", name: "web" } as const] };
    for (const nodes of [fargate, windows]) {
      const [town, settings] = closed({ nodes });
      expect(answers(town, "shop/client", "shop/web", 80, settings)).toBe("denied / allowed");
      expect(causes(town, settings)).toEqual(new Set(["L-02"]));
    }
    const [town, settings] = closed({ nodes: { ...current.nodes, fargate: [{ namespace: "shop", labels: { app: "other" } }] } });
    expect(answers(town, "shop/client", "shop/web", 80, settings)).toBe("denied / denied");
  });

  test("L-03: a bare pod is enforced, with the remark that nobody promises it", () => {
    const town = cluster()
      .namespace("x")
      .pod("web", { labels: web })
      .pod("client")
      .policy("p", { subject: labelled(web), ingress: [] })
      .build();
    expect(answers(town, "x/client", "x/web")).toBe("denied / denied");
    expect(remarks(town, "x/client", "x/web")).toContain("L-03");
    const deployed = cluster().namespace("x").deployment("web", { labels: web }).pod("client").policy("p", { ingress: [] }).build();
    expect(remarks(deployed, "ip:192.0.2.1", "x/web")).not.toContain("L-03");
  });

  test("L-04: a StatefulSet and a DaemonSet of one name share their policies on a node", () => {
    const town = cluster()
      .namespace("x")
      .workload("StatefulSet", "web", { labels: { set: "a" } })
      .workload("DaemonSet", "web", { labels: { set: "b" } })
      .deployment("client")
      .policy("closed", { subject: labelled({ set: "b" }), ingress: [] })
      .build();
    const [stateful] = town.workloads.map((workload) => ({ kind: "workload", workload }) as const);
    const flow = { ...cniFlow(town, "x/client", "x/web"), ...(stateful === undefined ? {} : { to: stateful }) };
    expect(bothAnswers(town, flow).join(" / ")).toBe("allowed / undecided");
    expect(reported(town)).toContain("x/client → x/web TCP/1 allowed/undecided: L-04 (rename the workload)");
    const apart = (node: string) => ({ pods: [{ name: `web-${node}`, ips: [], node }] });
    const elsewhere = cluster()
      .namespace("x")
      .workload("StatefulSet", "web", { labels: { set: "a" }, ...apart("n1") })
      .workload("DaemonSet", "web", { labels: { set: "b" }, ...apart("n2") })
      .deployment("client")
      .policy("closed", { subject: labelled({ set: "b" }), ingress: [] })
      .build();
    expect(reported(elsewhere)).toEqual([]);
  });

  test("L-04: bare pods are told apart by all but their last part", () => {
    const town = cluster()
      .namespace("x")
      .pod("client-1", { labels: { n: "1" } })
      .pod("client-2", { labels: { n: "2" } })
      .deployment("web")
      .policy("closed", { subject: labelled({ n: "2" }), egress: [] })
      .build();
    expect(answers(town, "x/client-1", "x/web")).toBe("allowed / undecided");
    expect(answers(town, "x/client-2", "x/web")).toBe("denied / denied");
  });

  test("L-04: three workloads of one name share the policies of all that may be beside them", () => {
    const town = cluster()
      .namespace("x")
      .workload("StatefulSet", "web", { labels: { set: "a" } })
      .workload("DaemonSet", "web", { labels: { set: "b" } })
      .workload("Job", "web", { labels: { set: "c" } })
      .deployment("client")
      .policy("closed", { subject: labelled({ set: "b" }), ingress: [] })
      .policy("open", { subject: labelled({ set: "c" }), ingress: [rule({ ports: [tcp(80)] })] })
      .build();
    const [stateful, daemon, job] = town.workloads.map((workload) => ({ kind: "workload", workload }) as const);
    const asked = (to: Endpoint | undefined, port: number): string => {
      const flow = { ...cniFlow(town, "x/client", "x/web", port), ...(to === undefined ? {} : { to }) };
      return bothAnswers(town, flow).join(" / ");
    };
    expect(asked(stateful, 80)).toBe("allowed / undecided");
    expect(asked(stateful, 443)).toBe("allowed / undecided");
    expect(asked(daemon, 80)).toBe("denied / undecided");
    expect(asked(daemon, 443)).toBe("denied / denied");
    expect(asked(job, 80)).toBe("allowed / allowed");
    expect(asked(job, 443)).toBe("denied / denied");
    expect(causes(town)).toEqual(new Set(["L-04"]));
  });

  test("L-05: before 1.22.4, namespaces did not tell identifiers apart", () => {
    const town = cluster()
      .namespace("c")
      .workload("StatefulSet", "a-b", { labels: { n: "1" } })
      .namespace("b-c")
      .workload("StatefulSet", "a", { labels: { n: "2" } })
      .policy("closed", { ingress: [] })
      .namespace("c")
      .deployment("client")
      .build();
    expect(answers(town, "c/client", "c/a-b", 80, { ...current, version: [1, 22, 3] })).toBe("allowed / undecided");
    expect(answers(town, "c/client", "c/a-b", 80, { ...current, version: [1, 22, 4] })).toBe("allowed / allowed");
    expect(causes(town, { ...current, version: [1, 22, 3] })).toEqual(new Set(["L-05"]));
  });

  test("before 1.22.4, workloads of one name in one namespace are still L-04, and not L-05", () => {
    const town = cluster()
      .namespace("x")
      .workload("StatefulSet", "web", { labels: { set: "a" } })
      .workload("DaemonSet", "web", { labels: { set: "b" } })
      .deployment("client")
      .policy("closed", { subject: labelled({ set: "b" }), ingress: [] })
      .build();
    expect(causes(town, { ...current, version: [1, 22, 3] })).toEqual(new Set(["L-04"]));
  });

  test("L-06: a host-networked pod is not enforced, where the specification leaves it open", () => {
    const [town, settings] = closed({}, true);
    expect(answers(town, "shop/client", "shop/web", 80, settings)).toBe("undecided / allowed");
  });

  test("L-07: a host-networked peer lets every process of its node in", () => {
    const town = cluster()
      .node("n1", ["172.30.0.1"])
      .node("n2", ["172.30.0.2"])
      .namespace("system")
      .workload("DaemonSet", "agent", { hostNetwork: true, pods: [{ name: "agent-1", ips: ["172.30.0.1"], node: "n1" }] })
      .namespace("x")
      .pod("web", { ips: ["10.0.0.1"], node: "n3" })
      .policy("p", { ingress: [rule({ peers: [podsIn(labelled({ "kubernetes.io/metadata.name": "system" }))] })] })
      .build();
    expect(answers(town, "ip:172.30.0.1", "x/web")).toBe("denied / allowed");
    expect(answers(town, "ip:172.30.0.2", "x/web")).toBe("denied / denied");
    expect(answers(town, "system/agent", "x/web")).toBe("undecided / allowed");
    expect(causes(town)).toEqual(new Set(["L-07"]));
  });

  test("L-08: in an IPv6 cluster, IPv4 leaves unseen unless it is turned off", () => {
    const town = cluster().namespace("x").deployment("client").policy("p", { egress: [] }).build();
    const six: CniSettings = { ...current, ipFamily: "IPv6" };
    expect(answers(town, "x/client", "ip:169.254.169.254", 80, six)).toBe("denied / allowed");
    expect(answers(town, "x/client", "ip:2001:db8::1", 80, six)).toBe("denied / denied");
    expect(answers(town, "x/client", "ip:169.254.169.254", 80, { ...six, enableV4Egress: false })).toBe("denied / denied");
    expect(reported(town, six)).toEqual(["x/client → 0.0.0.0-255.255.255.255 TCP/1 denied/allowed: L-08 (turn IPv4 egress off)"]);
  });

  test("L-10 and L-11: with another interface prefix, or the bandwidth plugin, nothing is sure to be enforced", () => {
    for (const [settings, cause] of [
      [{ vethPrefix: "cali" }, "L-10"],
      [{ bandwidthPlugin: true }, "L-11"],
    ] as const) {
      const [town, set] = closed(settings);
      expect(answers(town, "shop/client", "shop/web", 80, set)).toBe("denied / undecided");
      expect(causes(town, set)).toEqual(new Set([cause]));
    }
  });
});
