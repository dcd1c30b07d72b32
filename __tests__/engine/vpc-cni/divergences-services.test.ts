import { cluster, containerPort, ipBlock, labelled, named, ownPods, podsIn, rule, tcp } from "../../builders";
import { divergences, vpcCni } from "../../../engine";
import { type PortMatch, unknown } from "../../../engine/model";
import { answers, bothAnswers, causes, cniFlow, current, reported } from "./cases";

const web = { app: "web" };
const client = { app: "client" };

/** A client that may leave as the rules say, and two pods behind a Service on port 80. */
const shop = (options: {
  readonly egress: Parameters<typeof rule>[0][];
  readonly selector?: Record<string, string>;
  readonly target?: number | string;
  readonly port?: number;
}) =>
  cluster()
    .namespace("shop")
    .deployment("client", { labels: client })
    .deployment("web", { labels: { ...web, tier: "fe" }, ports: [containerPort("http", 8080)] })
    .service("web", {
      selector: labelled(options.selector ?? web),
      ports: [{ port: options.port ?? 80, protocol: "TCP", targetPort: options.target ?? 8080 }],
    })
    .policy("leave", { subject: labelled(client), egress: options.egress.map((each) => rule(each)) })
    .build();

describe("Services and egress", () => {
  test("L-12: a peer on a label the Service does not ask for loses the Service, and keeps the pods", () => {
    const town = shop({ egress: [{ peers: [ownPods(labelled({ tier: "fe" }))] }] });
    expect(answers(town, "shop/client", "svc:shop/web")).toBe("allowed / denied");
    expect(answers(town, "shop/client", "shop/web", 8080)).toBe("allowed / allowed");
    expect(reported(town)).toEqual(["shop/client → svc:shop/web TCP/80 allowed/denied: L-12 (use the Service's selector in the peer)"]);
    const same = shop({ egress: [{ peers: [ownPods(labelled(web))] }], selector: { ...web, tier: "fe" } });
    expect(answers(same, "shop/client", "svc:shop/web")).toBe("allowed / allowed");
  });

  test("L-13: a rule on pods must name the container port, in both", () => {
    const target = shop({ egress: [{ peers: [ownPods(labelled(web))], ports: [tcp(8080)] }] });
    expect(answers(target, "shop/client", "svc:shop/web")).toBe("allowed / allowed");
    const service = shop({ egress: [{ peers: [ownPods(labelled(web))], ports: [tcp(80)] }] });
    expect(answers(service, "shop/client", "svc:shop/web")).toBe("denied / denied");
  });

  test("L-13: a rule without peers must name the Service's port", () => {
    const service = shop({ egress: [{ ports: [tcp(80)] }] });
    expect(answers(service, "shop/client", "svc:shop/web")).toBe("denied / allowed");
    const target = shop({ egress: [{ ports: [tcp(8080)] }] });
    expect(answers(target, "shop/client", "svc:shop/web")).toBe("allowed / denied");
    expect(causes(target)).toEqual(new Set(["L-13"]));
  });

  test("L-14: of two Service ports with one target, the first is allowed", () => {
    const town = cluster()
      .namespace("shop")
      .deployment("client", { labels: client })
      .deployment("web", { labels: web })
      .service("web", {
        selector: labelled(web),
        ports: [
          { port: 80, protocol: "TCP", targetPort: 8080 },
          { port: 81, protocol: "TCP", targetPort: 8080 },
        ],
      })
      .policy("leave", { subject: labelled(client), egress: [rule({ peers: [ownPods(labelled(web))], ports: [tcp(8080)] })] })
      .build();
    expect(answers(town, "shop/client", "svc:shop/web", 80)).toBe("allowed / allowed");
    expect(answers(town, "shop/client", "svc:shop/web", 81)).toBe("allowed / denied");
    expect(causes(town)).toEqual(new Set(["L-14"]));
  });

  test("L-15: only the start of a range is looked up among targets", () => {
    const town = shop({ egress: [{ peers: [ownPods(labelled(web))], ports: [tcp(8000, 8100)] }] });
    expect(answers(town, "shop/client", "svc:shop/web")).toBe("allowed / denied");
    expect(causes(town)).toEqual(new Set(["L-15"]));
  });

  test("L-15: and the end of it is kept, so that more ports of the Service are open than the range has", () => {
    const town = cluster()
      .namespace("shop")
      .deployment("client", { labels: client })
      .deployment("web", { labels: web })
      .service("web", {
        selector: labelled(web),
        ports: [
          { port: 80, protocol: "TCP", targetPort: 8080 },
          { port: 443, protocol: "TCP", targetPort: 9000 },
        ],
      })
      .policy("leave", { subject: labelled(client), egress: [rule({ peers: [ownPods(labelled(web))], ports: [tcp(8080, 8090)] })] })
      .build();
    expect(answers(town, "shop/client", "svc:shop/web", 443)).toBe("denied / allowed");
    expect(causes(town)).toEqual(new Set(["L-15"]));
  });

  test("L-16: a named target with two numbers behind it closes the Service for a number", () => {
    const town = cluster()
      .namespace("shop")
      .deployment("client", { labels: client })
      .deployment("one", { labels: { ...web, n: "1" }, ports: [containerPort("http", 8080)] })
      .deployment("two", { labels: { ...web, n: "2" }, ports: [containerPort("http", 9090)] })
      .service("web", { selector: labelled(web), ports: [{ port: 80, protocol: "TCP", targetPort: "http" }] })
      .policy("leave", { subject: labelled(client), egress: [rule({ peers: [ownPods(labelled(web))], ports: [tcp(8080)] })] })
      .build();
    expect(answers(town, "shop/client", "svc:shop/web")).toBe("undecided / denied");
    const alike = shop({ egress: [{ peers: [ownPods(labelled(web))], ports: [tcp(8080)] }], target: "http" });
    expect(answers(alike, "shop/client", "svc:shop/web")).toBe("allowed / allowed");
  });

  test("L-16: a name is looked up as a name, and another name of the same port does not open the Service", () => {
    const town = cluster()
      .namespace("shop")
      .deployment("client", { labels: client })
      .deployment("web", { labels: web, ports: [containerPort("http", 8080), containerPort("api", 8080)] })
      .service("web", { selector: labelled(web), ports: [{ port: 80, protocol: "TCP", targetPort: "http" }] })
      .policy("leave", { subject: labelled(client), egress: [rule({ peers: [ownPods(labelled(web))], ports: [named("api")] })] })
      .build();
    expect(answers(town, "shop/client", "svc:shop/web")).toBe("allowed / denied");
    expect(causes(town)).toEqual(new Set(["L-16"]));
  });

  test("L-16: a number is looked up by the name it is declared with first", () => {
    const ports = [containerPort("http", 8080), containerPort("api", 8080)];
    const town = (target: string) =>
      cluster()
        .namespace("shop")
        .deployment("client", { labels: client })
        .deployment("web", { labels: web, ports })
        .service("web", { selector: labelled(web), ports: [{ port: 80, protocol: "TCP", targetPort: target }] })
        .policy("leave", { subject: labelled(client), egress: [rule({ peers: [ownPods(labelled(web))], ports: [tcp(8080)] })] })
        .build();
    expect(answers(town("http"), "shop/client", "svc:shop/web")).toBe("allowed / allowed");
    expect(answers(town("api"), "shop/client", "svc:shop/web")).toBe("allowed / denied");
  });

  test("L-16: an entry that is skipped takes nothing from another one for the same port", () => {
    const town = (...entries: readonly PortMatch[]) =>
      cluster()
        .namespace("shop")
        .deployment("client", { labels: client })
        .deployment("one", { labels: { ...web, n: "1" }, ports: [containerPort("http", 8080)] })
        .deployment("two", { labels: { ...web, n: "2" }, ports: [containerPort("http", 9090)] })
        .service("web", { selector: labelled(web), ports: [{ port: 80, protocol: "TCP", targetPort: "http" }] })
        .policy("leave", { subject: labelled(client), egress: [rule({ peers: [ownPods(labelled(web))], ports: entries })] })
        .build();
    expect(answers(town(tcp(8080)), "shop/client", "svc:shop/web")).toBe("undecided / denied");
    expect(answers(town(named("http"), tcp(8080)), "shop/client", "svc:shop/web")).toBe("allowed / allowed");
    expect(answers(town(tcp(8080), named("http")), "shop/client", "svc:shop/web")).toBe("allowed / allowed");
  });

  test("L-16: which of the pods behind a Service is asked for a name is chance", () => {
    const town = cluster()
      .namespace("shop")
      .deployment("client", { labels: client })
      .deployment("one", { labels: { ...web, n: "1" }, ports: [containerPort("http", 8080)] })
      .deployment("two", { labels: { ...web, n: "2" }, ports: [containerPort("http", 9090)] })
      .service("web", {
        selector: labelled(web),
        ports: [
          { port: 80, protocol: "TCP", targetPort: 8080 },
          { port: 81, protocol: "TCP", targetPort: 9090 },
        ],
      })
      .policy("leave", { subject: labelled(client), egress: [rule({ peers: [ownPods(labelled(web))], ports: [named("http")] })] })
      .build();
    expect(answers(town, "shop/client", "svc:shop/web", 80)).toBe("undecided / undecided");
    expect(vpcCni(town, current).verdict(cniFlow(town, "shop/client", "svc:shop/web", 80)).egress.outcome).toBe("undecided");
  });

  test("L-17: an empty pod selector opens Services that lead elsewhere", () => {
    const town = cluster()
      .namespace("default")
      .service("kubernetes", { ports: [{ port: 443, protocol: "TCP", targetPort: 443 }] })
      .namespace("shop")
      .deployment("client", { labels: client })
      .policy("leave", { subject: labelled(client), egress: [rule({ peers: [podsIn()] })] })
      .policy("other", { subject: labelled({ app: "other" }), egress: [] })
      .deployment("other", { labels: { app: "other" } })
      .build();
    // Who is behind it is not in the input: the answer is open in both, unless packets do not even leave.
    expect(answers(town, "shop/client", "svc:default/kubernetes", 443)).toBe("undecided / undecided");
    expect(answers(town, "shop/other", "svc:default/kubernetes", 443)).toBe("undecided / denied");
  });

  test("L-17: the packets leave by that alone, whoever is behind the Service", () => {
    const town = cluster()
      .namespace("default")
      .service("kubernetes", { ports: [{ port: 443, protocol: "TCP", targetPort: 443 }] })
      .namespace("shop")
      .deployment("client", { labels: client })
      .policy("leave", { subject: labelled(client), egress: [rule({ peers: [podsIn()] })] })
      .build();
    const flow = cniFlow(town, "shop/client", "svc:default/kubernetes", 443);
    const cni = vpcCni(town, current);
    const without = cni.withDeviations(new Set([...cni.active].filter((each) => each !== "L-17")));
    expect([cni, without].map((each) => each.verdict(flow).egress.outcome)).toEqual(["allowed", "undecided"]);
    expect(bothAnswers(town, flow).join(" / ")).toBe("undecided / undecided");
  });

  test("L-18: a negative condition opens Services whose pods have the label", () => {
    const notFront = { matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] } as const;
    const town = shop({ egress: [{ peers: [ownPods(notFront)] }] });
    expect(answers(town, "shop/client", "svc:shop/web")).toBe("denied / allowed");
    expect(answers(town, "shop/client", "shop/web", 8080)).toBe("denied / denied");
    expect(causes(town)).toEqual(new Set(["L-18"]));
  });

  test("L-19: a block around the pods does not cover the Service", () => {
    const town = {
      ...shop({ egress: [{ peers: [ipBlock("10.0.0.0/16")] }] }),
      podCidrs: ["10.0.0.0/16"],
    };
    expect(answers(town, "shop/client", "svc:shop/web")).toBe("allowed / denied");
    expect(answers(town, "shop/client", "shop/web", 8080)).toBe("allowed / allowed");
    expect(causes(town)).toEqual(new Set(["L-19"]));
    const both = { ...shop({ egress: [{ peers: [ipBlock("10.0.0.0/16"), ipBlock("172.20.0.0/16")] }] }), podCidrs: ["10.0.0.0/16"] };
    expect(answers(both, "shop/client", "svc:shop/web")).toBe("allowed / allowed");
  });

  test("L-19: the rule that lets the client in at the other end has no part in it, nor have rules for other peers", () => {
    const closed = shop({ egress: [{ peers: [ownPods(labelled({ app: "other" }))] }, { peers: [ipBlock("10.0.0.0/16")] }] });
    const entering = { namespace: "shop", name: "enter", subject: labelled(web), ingress: [rule({ peers: [ownPods(labelled(client))] })] };
    const town = { ...closed, policies: [...closed.policies, entering], podCidrs: ["10.0.0.0/16"] };
    expect(answers(town, "shop/client", "svc:shop/web")).toBe("allowed / denied");
    const [found, ...others] = divergences(vpcCni(town, current)).divergences;
    expect(others).toEqual([]);
    expect(found?.cause).toMatchObject({
      deviations: ["L-19"],
      rules: [{ policy: { name: "leave" }, direction: "egress", rule: 1 }],
      policies: [{ name: "leave" }],
      changes: [{ deviation: "L-19", kind: "allow the Service addresses" }],
    });
  });

  test("two causes are told with a change for each", () => {
    const town = {
      ...shop({ egress: [{ peers: [ipBlock("10.0.0.0/16")], ports: [tcp(8080)] }] }),
      podCidrs: ["10.0.0.0/16"],
    };
    expect(answers(town, "shop/client", "svc:shop/web")).toBe("allowed / denied");
    expect(reported(town)).toEqual([
      "shop/client → svc:shop/web TCP/80 allowed/denied: L-13+L-19 (use one port for Service and container, allow the Service addresses)",
    ]);
  });

  test("in strict mode a sender without a policy reaches no Service, and a Service without a policy behind it lets nobody in", () => {
    const strict = { ...current, mode: "strict" } as const;
    const open = shop({ egress: [{ peers: [ownPods(labelled(web))] }] });
    expect(answers(open, "shop/client", "svc:shop/web", 80, strict)).toBe("allowed / denied");
    const entering = { namespace: "shop", name: "enter", subject: labelled(web), ingress: [rule()] };
    const both = { ...open, policies: [...open.policies, entering] };
    expect(answers(both, "shop/client", "svc:shop/web", 80, strict)).toBe("allowed / allowed");
    const noPolicy = { ...open, policies: [entering] };
    expect(answers(noPolicy, "shop/client", "svc:shop/web", 80, strict)).toBe("allowed / denied");
    expect(answers(noPolicy, "shop/client", "svc:shop/web", 80, { ...strict, mode: unknown("the mode") })).toBe("allowed / undecided");
    const outwards = { ...open, policies: [entering, { namespace: "shop", name: "in", subject: labelled(client), ingress: [] }] };
    expect(answers(outwards, "shop/client", "svc:shop/web", 80, strict)).toBe("allowed / allowed");
    expect(causes(noPolicy, strict)).toEqual(new Set(["L-35"]));
  });

  test("L-21: a headless Service needs nothing of its own", () => {
    const built = shop({ egress: [{ peers: [ownPods(labelled({ tier: "fe" }))] }] });
    const town = { ...built, services: built.services.map((service) => ({ ...service, headless: true })) };
    expect(answers(town, "shop/client", "svc:shop/web", 8080)).toBe("allowed / allowed");
  });

  test("a pod reaches itself through a Service only when it may leave for it", () => {
    const town = cluster()
      .namespace("x")
      .pod("web", { labels: web })
      .service("web", { selector: labelled(web), ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] })
      .policy("closed", { egress: [] })
      .build();
    expect(answers(town, "x/web", "svc:x/web")).toBe("allowed / denied");
    expect(causes(town)).toEqual(new Set(["hairpin"]));
  });
});
