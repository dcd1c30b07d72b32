import { checkExpectations, evaluate } from "../../../engine";
import { expectations, internet, ns, service, workload } from "../../../engine/expectations/builder";
import { type Cluster, type ClusterExpectation, ModelError, parsePorts, unknown } from "../../../engine/model";
import { cluster, containerPort, labelled, podsIn, rule, tcp } from "../../builders";

const later = unknown("var.port");
const front = cluster().namespace("front").deployment("web").namespace("back");
const behind = { selector: labelled({ app: "api" }) };
const listening = (port: typeof later | number) => ({ labels: { app: "api" }, ports: [{ ...containerPort("http", 8080), port }] });
const open = front.deployment("api", listening(8080));
const served = (builder: typeof open) =>
  builder.service("api", { ...behind, ports: [{ name: "web", port: 80, protocol: "TCP", targetPort: 8080 }] });
/** Nobody is let in but on a port that nothing listens on. */
const closed = (builder: typeof open) => builder.policy("closed", { ingress: [rule({ ports: [tcp(1)] })] });

const [web, api, apis] = [workload("front", "web"), workload("back", "api"), service("back/api")] as const;
const outcomes = (of: Cluster, write: Parameters<typeof expectations>[1]): readonly string[] =>
  checkExpectations({ evaluation: evaluate(of) }, expectations("e", write)).map(({ result, problem }) =>
    problem === undefined ? result : `${result}: ${problem}`,
  );
const today = { as: "today" } as const;

describe("a denial about ports that nobody has fails", () => {
  test("where no container declares the name, or not with the protocol", () => {
    expect(
      outcomes(closed(open).build(), (e) =>
        e.deny(web, api, "htpp").deny(web, api, "http/UDP").deny(web, api, ["http", "metrics"]).deny(web, ns("back"), "http"),
      ),
    ).toEqual([
      "failed: no container declares a port `htpp`; did you mean `http`?",
      "failed: no container declares a port `http/UDP`; did you mean `http/TCP`?",
      "failed: no container declares a port `metrics`; correct it, or set `allowEmpty`",
      "failed",
    ]);
  });

  test("unless nobody may be there", () => {
    expect(outcomes(closed(open).build(), (e) => e.deny(web, api, "metrics", { allowEmpty: true }))).toEqual(["passed"]);
  });

  test("where a name is asked for on addresses, but not as an exception that speaks of pods as well", () => {
    const problem = "failed: the port name `http` means nothing for addresses; give its number";
    expect(outcomes(open.build(), (e) => e.deny(web, internet(), "http").deny(web, [api, internet()], "http"))).toEqual([problem, problem]);
    const everything = [api, internet()];
    const except = [{ from: web, to: everything, ports: "http" }];
    const outside = closed(open).build();
    expect(outcomes(outside, (e) => e.deny(web, api, "all", { except, ...today }).deny(web, api, "all", today))).toEqual([
      "failed",
      "failed",
    ]);
    expect(outcomes(outside, (e) => e.deny(web, api, "1/TCP", { except: [{ from: web, to: internet(), ports: "http" }] }))).toEqual([
      problem,
    ]);
  });

  test("where the Service has none of them, or one of several", () => {
    const problem = "failed: the Service `back/api` has no port `8080/TCP`; it has `web` (`80/TCP`)";
    expect(
      outcomes(closed(served(open)).build(), (e) =>
        e.deny(web, apis, 8080).deny(web, apis, [80, 8080]).allow(web, apis, [80, 8080]).deny(web, apis, "web/UDP").deny(web, apis, "web"),
      ),
    ).toEqual([problem, problem, problem, "failed: the Service `back/api` has no port `web/UDP`; it has `web` (`80/TCP`)", "passed"]);
  });

  test("where no pod is behind the port of the Service", () => {
    const ports = [
      { port: 80, protocol: "TCP", targetPort: 8080 },
      { port: 81, protocol: "TCP", targetPort: "admin" },
    ] as const;
    const of = closed(open.service("api", { ...behind, ports })).build();
    expect(outcomes(of, (e) => e.deny(web, apis, 81).deny(web, apis, 81, { allowEmpty: true }).deny(web, apis, 80))).toEqual([
      "failed: no pod is behind port `81/TCP` of the Service `back/api`; correct it, or set `allowEmpty`",
      "passed",
      "passed",
    ]);
  });
});

test("a name that some destinations declare is asked for on these", () => {
  const of = open.deployment("other", { ports: [containerPort("admin", 9000)] }).build();
  expect(outcomes(of, (e) => e.deny(web, ns("back"), "admin", today).allow(web, ns("back"), "admin"))).toEqual([
    "failed",
    "failed: no container declares a port `admin`: front/web → back/api",
  ]);
});

test("a pod that is named beside its Service is asked about on its own ports too", () => {
  const opened = (port: number) =>
    served(open)
      .policy("p", { ingress: [rule({ ports: [tcp(port)] })] })
      .build();
  const both = (of: Cluster) =>
    outcomes(of, (e) => e.deny(web, [apis, api], 80, today).deny(web, [api, apis], 80, today).deny(web, apis, 80, today));
  expect([both(opened(8080)), both(opened(80)), both(opened(81))]).toEqual([
    ["failed", "failed", "failed"],
    ["failed", "failed", "passed"],
    ["passed", "passed", "passed"],
  ]);
});

describe("ports that are known only after apply leave open what depends on them", () => {
  const doubt = "undecided: which port `http` stands for is not known: front/web → back/api";
  const asked = (of: Cluster) => outcomes(of, (e) => e.deny(web, api, "http", today).allow(web, api, "http"));

  test("the number of a container port", () => {
    const of = front.deployment("api", listening(later));
    expect(asked(of.build())).toEqual([doubt, doubt]);
    expect(asked(of.policy("shut", { ingress: [] }).build())).toEqual(["passed", doubt]);
    expect(asked(of.policy("some", { ingress: [rule({ ports: [tcp(8080)] })] }).build())).toEqual([doubt, doubt]);
  });

  test("which ports there are", () => {
    const of = front.deployment("api", { unknownPorts: later });
    expect(asked(of.build())).toEqual([doubt, doubt]);
    expect(asked(of.policy("shut", { ingress: [] }).build())).toEqual(["passed", doubt]);
  });

  const ports = (port: object) => [{ name: "web", port: 80, protocol: "TCP" as const, targetPort: 8080, ...port }];
  const on = (options: object, wanted: string | number, policy: Parameters<typeof open.policy>[1]) =>
    outcomes(
      open
        .service("api", { ...behind, ...options })
        .policy("p", policy)
        .build(),
      (e) => e.deny(web, apis, wanted, today),
    )[0];
  const opened = { ingress: [rule({ ports: [tcp(8080)] })] };
  const leads = "undecided: where the ports of the Service lead to is not known: front/web → back/api";

  test("the number of a Service's port", () => {
    const hidden = { ports: ports({ port: later }) };
    expect([on(hidden, 80, opened), on(hidden, "all", opened), on(hidden, "web", opened), on(hidden, 80, { ingress: [] })]).toEqual([
      leads,
      "failed",
      "failed",
      "passed",
    ]);
  });

  test("where a Service's port leads to", () => {
    const hidden = { ports: ports({ targetPort: later }) };
    expect([on(hidden, 80, opened), on(hidden, 80, { ingress: [] })]).toEqual([leads, "passed"]);
  });

  test("which ports a Service has", () => {
    const hidden = { ports: [], unknownPorts: later };
    expect([on(hidden, 80, opened), on(hidden, "web", opened), on(hidden, "all", opened), on(hidden, 80, { ingress: [] })]).toEqual([
      leads,
      leads,
      leads,
      "passed",
    ]);
    expect(on({ ports: ports({}), unknownPorts: later }, 80, opened)).toBe("failed");
  });

  test("whether a pod is behind a Service, also where it is named beside it", () => {
    const of = served(front.deployment("api", { unknownLabels: later }))
      .policy("p", opened)
      .build();
    expect(outcomes(of, (e) => e.deny(web, [api, apis], 80, today).deny(web, api, 8080, today))).toEqual([leads, "failed"]);
  });

  test("an exception that may speak of a flow neither lets it pass nor fails it", () => {
    const of = front
      .deployment("api", listening(later))
      .policy("some", { ingress: [rule({ ports: [tcp(8080)] })] })
      .build();
    const except = [{ from: web, to: api, ports: "http" }];
    expect(outcomes(of, (e) => e.deny(web, api, "all", { ...today, except }))).toEqual(["undecided"]);
  });
});

test("a pod to come may call any of its ports by a name, and none", () => {
  const only = open.policy("p", { subject: labelled({ app: "api" }), ingress: [rule({ peers: [podsIn({}, labelled({ app: "x" }))] })] });
  const asked = (of: Cluster) => outcomes(of, (e) => e.deny(web, ns("back"), "http", today).deny(web, ns("back"), "http"));
  expect(asked(only.build())).toEqual(["passed", "failed"]);
  const except = [{ from: web, to: ns("back"), ports: "http" }];
  expect(outcomes(only.build(), (e) => e.deny(web, ns("back"), "all", { except }))).toEqual(["failed"]);
  expect(asked(only.policy("rest", { ingress: [] }).build())).toEqual(["passed", "passed"]);
});

describe("what names nothing fails", () => {
  const raw = (body: object): ClusterExpectation => ({ id: "e", ...body }) as ClusterExpectation;
  const named = { from: [web], to: [api], ports: "all" };
  test.each([
    ["ports", { kind: "deny", ...named, ports: [] }, "it names no port; name one, or `all`"],
    ["exceptions' ports", { kind: "deny", ...named, except: [{ ...named, ports: [] }] }, "it names no port; name one, or `all`"],
    ["directions", { kind: "isolated", pods: [api], directions: [] }, "it names no direction; name `ingress`, `egress` or both"],
    ["who connects", { kind: "deny", ...named, from: [] }, "an end of it is an empty list; name somebody, or set `allowEmpty`"],
    ["to whom", { kind: "allow", ...named, to: [] }, "an end of it is an empty list; name somebody, or set `allowEmpty`"],
    ["pods", { kind: "isolated", pods: [], directions: ["ingress"] }, "an end of it is an empty list; name somebody, or set `allowEmpty`"],
    [
      "two ends without pods",
      { kind: "deny", ...named, from: [internet()], to: [{ cidr: "192.0.2.0/24" }] },
      "neither end holds a pod, and policies say nothing of other traffic",
    ],
  ])("%s", (_, body, problem) => {
    expect(checkExpectations({ evaluation: evaluate(open.build()) }, [raw(body)])).toMatchObject([{ result: "failed", problem }]);
  });

  test("any pod of a cluster without pods", () => {
    const nobody = cluster().namespace("shop").build();
    const problem = "failed: no pod has an address of its own; add the workloads, or set `allowEmpty`";
    expect(
      outcomes(nobody, (e) => e.deny(internet(), { kind: "cluster" }).deny(internet(), { kind: "cluster" }, "all", { allowEmpty: true })),
    ).toEqual([problem, "passed"]);
  });

  test("but that nobody may come in says something", () => {
    expect(outcomes(open.policy("shut", { ingress: [] }).build(), (e) => e.onlyInto(api, []).onlyInto(web, []))).toEqual([
      "passed",
      "failed",
    ]);
  });

  test("as text it is refused at once", () => {
    expect(() => parsePorts([])).toThrow(ModelError);
  });
});
