import { checkExpectations, evaluate } from "../../../engine";
import { anyone, cidr, expectations, external, ns, pods, service, workload } from "../../../engine/expectations/builder";
import { type Cluster, ModelError, unknown, type Workload } from "../../../engine/model";
import { cluster, containerPort, ipBlock, labelled, podsIn, rule, tcp } from "../../builders";

const inNamespace = (name: string) => labelled({ "kubernetes.io/metadata.name": name });
const open = cluster()
  .namespace("shop", { team: "a" })
  .deployment("web", { labels: { app: "web" }, replicas: 2 })
  .deployment("api", { labels: { app: "api" }, ports: [containerPort("http", 8080)] })
  .namespace("data")
  .workload("StatefulSet", "db", { labels: { app: "db" }, replicas: 1, ports: [containerPort("sql", 5432)] })
  .service("db", {
    selector: labelled({ app: "db" }),
    ports: [
      { name: "sql", port: 6000, protocol: "TCP", targetPort: "sql" },
      { name: "admin", port: 6001, protocol: "TCP", targetPort: 9000 },
    ],
  });
const closed = open.policy("closed", {
  ingress: [rule({ peers: [podsIn(inNamespace("shop"), labelled({ app: "api" }))], ports: [tcp(5432)] })],
});

const results = (of: Cluster, write: Parameters<typeof expectations>[1], before?: Cluster) =>
  checkExpectations(
    { evaluation: evaluate(of), today: "2026-11-23", ...(before === undefined ? {} : { before: evaluate(before) }) },
    expectations("e", write),
  );
const outcomes = (...args: Parameters<typeof results>): readonly string[] =>
  results(...args).map(({ result, problem }) => (problem === undefined ? result : `${result}: ${problem}`));

const web = pods("shop", { app: "web" });
const api = workload("shop", "Deployment/api");
const db = workload("data", "db");

describe("an expectation", () => {
  test("that denies does not ask whether a pod may reach itself, also where nobody says whether it is alone", () => {
    const alone = (replicas: NonNullable<Workload["replicas"]>) =>
      cluster()
        .namespace("shop")
        .deployment("web", { labels: { app: "web" }, replicas })
        .policy("closed", { ingress: [] })
        .build();
    const asked = [1, 2, unknown("var.replicas")].map((replicas) =>
      outcomes(alone(replicas), (e) => {
        e.deny(web, web, undefined, { as: "today" });
      }),
    );
    expect(asked).toEqual([["passed"], ["passed"], ["passed"]]);
  });

  test("asks for every port it names, whichever way", () => {
    const of = closed.build();
    expect(
      outcomes(of, (e) => {
        e.allow(api, db, "5432/TCP").allow(api, db, "sql").allow(api, db, "5432-5433/TCP").allow(api, db, "sql/UDP");
        e.deny(web, db).deny(api, db, "1-5431/TCP").deny(api, db, ["5433/TCP", "sql"]);
      }),
    ).toEqual([
      "passed",
      "passed",
      "failed",
      "failed: no container declares a port `sql/UDP`; did you mean `sql/TCP`?",
      "passed",
      "passed",
      "failed",
    ]);
  });

  test("speaks of the pods behind a Service, on the ports they listen to", () => {
    const of = closed.build();
    expect(
      outcomes(of, (e) => {
        e.allow(api, service("data/db"), 6000).allow(api, service("data/db"), "sql").allow(api, service("data/db"), 6001);
        e.deny(api, service("data/db"), 6001).deny(web, service("data/db")).allow(api, service("data/db"), 5432).allow(api, service("db"));
      }),
    ).toEqual([
      "passed",
      "passed",
      "failed",
      "passed",
      "passed",
      "failed: the Service `data/db` has no port `5432/TCP`; it has `sql` (`6000/TCP`), `admin` (`6001/TCP`)",
      "failed: `db` does not name a Service; write `namespace/name`",
    ]);
  });

  test("lets nobody else in, or out, whoever comes", () => {
    const of = closed.build();
    expect(
      outcomes(of, (e) => {
        e.onlyInto(db, pods("shop", { app: "api" }), 5432)
          .onlyInto(db, api, 5432)
          .onlyInto(db, api, 5432, { as: "today" })
          .onlyInto(db, pods("shop", { app: "api" }), 80);
        e.onlyOutOf(db, anyone()).onlyOutOf(db, external());
      }),
    ).toEqual(["passed", "failed", "passed", "failed", "passed", "failed"]);
    const [, future] = results(of, (e) => e.onlyInto(db, pods("shop", { app: "api" }), 5432).onlyInto(db, api, 5432));
    expect(future?.witness).toMatchObject({
      from: { kind: "unlisted", name: "any pod {app=api} of namespace shop [team=a]" },
      protocol: "TCP",
      port: 5432,
      verdict: { outcome: "allowed" },
    });
  });

  test("cuts addresses where an exception begins", () => {
    const of = closed.policy("wide", { ingress: [rule({ peers: [ipBlock("10.0.0.0/8")] })] }).build();
    expect(
      outcomes(of, (e) => {
        e.deny(cidr("10.0.0.0/8"), db).deny(cidr("10.0.0.0/8", "10.0.0.0/8"), db).deny(cidr("11.0.0.0/8"), db);
        e.deny(external(), db, "all", { except: [{ from: cidr("10.0.0.0/8"), to: db }] });
        e.deny(external(), db, "all", { except: [{ from: cidr("10.0.0.0/9"), to: db }] });
        e.deny(external(), db, "all", { except: [{ from: cidr("10.0.0.0/8"), to: db, ports: "1-65534/TCP" }] });
        e.allow(cidr("10.1.0.0/16"), db, "all").allow(cidr("10.0.0.0/7"), db, "all").deny(cidr("10.0.0.0/8"), db, "sql");
      }),
    ).toEqual([
      "failed",
      "failed: `10.0.0.0/8` less its `except` is no address",
      "passed",
      "passed",
      "failed",
      "failed",
      "passed",
      "failed",
      "failed",
    ]);
  });

  test("asks whether some policy isolates", () => {
    expect(
      outcomes(closed.build(), (e) =>
        e
          .isolated(ns("data"), ["ingress"])
          .isolated(ns("data"))
          .isolated([ns("shop"), ns("data")], ["ingress"]),
      ),
    ).toEqual(["passed", "failed: no policy isolates data/db for egress", "failed: no policy isolates shop/web for ingress"]);
    const perhaps = open.policy("p", { subject: { unknown: unknown("var.app") }, ingress: [] }).build();
    expect(outcomes(perhaps, (e) => e.isolated(ns("data"), ["ingress"]))).toEqual([
      "undecided: whether a policy isolates data/db for ingress is not known",
    ]);
  });

  test("compares before with after", () => {
    const shut = open.policy("closed", { ingress: [] }).build();
    expect(outcomes(closed.build(), (e) => e.unchanged(ns("data")).unchanged(web), closed.build())).toEqual(["passed", "passed"]);
    expect(outcomes(closed.build(), (e) => e.unchanged(ns("data")).unchanged(web).unchanged(api), shut)).toEqual([
      "failed",
      "passed",
      "failed",
    ]);
    expect(outcomes(shut, (e) => e.unchanged(ns("data")))).toEqual(["undecided: the input holds no before; give a plan, or `--before`"]);
    const [opened] = results(closed.build(), (e) => e.unchanged(db), shut);
    expect(opened?.witness).toMatchObject({
      from: { name: "shop/api" },
      to: { name: "data/db" },
      port: 5432,
      verdict: { outcome: "allowed" },
    });
    const [lost] = results(shut, (e) => e.unchanged(db), closed.build());
    expect(lost?.witness).toMatchObject({ from: { name: "shop/api" }, port: 5432, verdict: { outcome: "allowed" } });
  });

  test("about what stays as it is speaks of pods that are not called so any more, too", () => {
    const { workloads, ...rest } = closed.build();
    const renamed = { ...rest, workloads: workloads.map((each) => (each.name === "api" ? { ...each, labels: { app: "ipa" } } : each)) };
    const either = pods("shop", { matchExpressions: [{ key: "app", operator: "In", values: ["api", "web"] }] });
    const [report] = results(renamed, (e) => e.unchanged(either), closed.build());
    expect(report).toMatchObject({ result: "failed", witness: { from: { name: "shop/api" }, to: { name: "data/db" } } });
  });

  test("holds policies against a reference", () => {
    const { policies, clusterPolicies } = closed.build();
    const against = (of: Cluster) =>
      checkExpectations(
        { evaluation: evaluate(of), references: new Map([["base/", { policies, clusterPolicies }]]) },
        expectations("e", (e) => e.atMost("base/").atMost("other/").atMost("base/", ns("nope"))),
      ).map(({ result }) => result);
    expect(against(closed.build())).toEqual(["passed", "failed", "failed"]);
    expect(against(open.policy("shut", { ingress: [] }).build())).toEqual(["passed", "failed", "failed"]);
    expect(against(open.build())).toEqual(["failed", "failed", "failed"]);
  });

  test("that names nothing fails, unless nothing may be there", () => {
    expect(
      outcomes(closed.build(), (e) => {
        e.deny(pods("shop", { app: "wbe" }), db)
          .deny(ns("nope"), db, "all", { allowEmpty: true })
          .isolated(workload("data", "Deployment/db"));
      }),
    ).toEqual([
      "failed: no pod is shop/*{app=wbe}; correct it, or set `allowEmpty`",
      "passed",
      "failed: no pod is data/Deployment/db; correct it, or set `allowEmpty`",
    ]);
  });

  test("runs out on its day", () => {
    expect(
      outcomes(closed.build(), (e) => e.deny(web, db, "all", { until: "2026-11-23" }).deny(web, db, "all", { until: "2026-11-22" })),
    ).toEqual(["passed", "failed: it was to hold until 2026-11-22; remove it, or give a later date"]);
  });

  test("does not ask a pod about itself, nor a node about its own pods", () => {
    const of = closed.namespace("kube-system").workload("DaemonSet", "proxy", { hostNetwork: true }).node("n1", ["192.168.0.1"]).build();
    expect(outcomes(of, (e) => e.onlyInto(db, pods("shop", { app: "api" }), 5432).deny(db, db))).toEqual(["passed", "passed"]);
    expect(outcomes(of, (e) => e.deny(web, web))).toEqual(["failed"]);
  });

  test("speaks of namespaces by name, by pattern and by label", () => {
    expect(
      outcomes(closed.build(), (e) => {
        e.deny(ns("sh*"), db, 80)
          .deny(ns({ matchLabels: { team: "a" } }), db, 80)
          .deny(ns("*"), db, 80)
          .allow(ns({ matchLabels: { team: "b" } }), db);
      }),
    ).toEqual(["passed", "passed", "passed", "failed: no pod is {team=b}/*; correct it, or set `allowEmpty`"]);
  });

  test.each(["0", "65536/TCP", "2-1", "http!", "80/ICMP"])("refuses the port %s", (port) => {
    expect(() => expectations("e", (e) => e.allow(web, db, port))).toThrow(ModelError);
  });
});
