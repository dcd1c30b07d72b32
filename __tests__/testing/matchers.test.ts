import "../../testing/jest";
import { evaluate } from "../../engine";
import { unknown } from "../../engine/model";
import { cidr, clustersFromText, expectations, external, internet, ns, pods, service, workload } from "../../testing";
import { cluster, labelled, podsIn, rule, tcp } from "../builders";

const shop = cluster()
  .namespace("shop")
  .deployment("web", { labels: { app: "web" } })
  .deployment("admin", { labels: { app: "admin" } })
  .namespace("data")
  .deployment("db", { labels: { app: "db" }, ports: [{ name: "sql", port: 5432, protocol: "TCP" }], replicas: 1 })
  .service("db", { selector: labelled({ app: "db" }), ports: [{ name: "sql", port: 15432, protocol: "TCP", targetPort: "sql" }] })
  .policy("only-web", {
    ingress: [rule({ peers: [podsIn(labelled({ "kubernetes.io/metadata.name": "shop" }), labelled({ app: "web" }))], ports: [tcp(5432)] })],
  });
const evaluation = evaluate(shop.build());
const web = pods("shop", { app: "web" });
const db = workload("data", "Deployment/db");

const failure = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "passed";
};

describe("matchers", () => {
  test("hold what is so", () => {
    expect(evaluation).toAllow(web, db, "5432/TCP");
    expect(evaluation).toAllow(web, db, "sql");
    expect(evaluation).toAllow(web, service("data/db"), 15432);
    expect(evaluation).toDeny(ns("shop"), db, 80);
    expect(evaluation).toDeny([internet(), external(), cidr("10.0.0.0/8")], db);
    expect(evaluation).toOnlyAllowInto(db, web, 5432);
    expect(evaluation).toIsolate(ns("data"), "ingress");
    expect(evaluation).not.toIsolate(ns("data"));
    expect(evaluation).not.toAllow(web, db);
    expect(evaluation).not.toOnlyAllowOutOf(web, db);
  });

  test("show a flow, and the rule that lets it through", () => {
    const message = failure(() => {
      expect(evaluation).toDeny(ns("shop"), db);
    });
    expect(message).toContain("shop/web → data/db TCP 5432");
    expect(message).toContain("data/only-web ingress[0]");
  });

  test("count pods that do not exist yet", () => {
    const open = evaluate(shop.policy("wide", { ingress: [rule({ peers: [podsIn(labelled({ team: "a" }))] })] }).build());
    const message = failure(() => {
      expect(open).toOnlyAllowInto(db, web, 5432);
    });
    expect(message).toContain("of namespace other [team=a]");
    expect(open).toSatisfy(expectations("today", (e) => e.onlyInto(db, web, 5432, { as: "today" })));
  });

  test("fail for what names nothing, also when negated", () => {
    expect(
      failure(() => {
        expect(evaluation).toDeny(ns("shpo"), db);
      }),
    ).toContain("no pod is shpo/*");
    expect(
      failure(() => {
        expect(evaluation).toAllow(web, service("data/nope"), 80);
      }),
    ).toContain("there is no Service `data/nope`");
    expect(
      failure(() => {
        expect(evaluation).toAllow(web, ns("shop"), "sql");
      }),
    ).toContain("no container declares a port `sql`");
  });

  test("fail both ways for what cannot be decided", () => {
    const open = evaluate(
      cluster()
        .namespace("a")
        .deployment("x")
        .deployment("y")
        .policy("p", { subject: { unknown: unknown("its labels") }, ingress: [] })
        .build(),
    );
    const x = workload("a", "x");
    const y = workload("a", "y");
    expect(
      failure(() => {
        expect(open).toDeny(x, y, 80);
      }),
    ).toContain("its labels");
    expect(
      failure(() => {
        expect(open).not.toDeny(x, y, 80);
      }),
    ).toContain("its labels");
    expect(
      failure(() => {
        expect(open).toAllow(x, y, 80);
      }),
    ).not.toBe("passed");
    expect(
      failure(() => {
        expect(open).not.toAllow(x, y, 80);
      }),
    ).not.toBe("passed");
  });

  test("take the ranges of pods from the VPC of a stack, as the command line does", () => {
    const objects = [
      "{ apiVersion: v1, kind: Pod, metadata: { name: a, namespace: n, labels: { app: a } }, spec: { containers: [{ name: c, image: i }] } }",
      "{ apiVersion: v1, kind: Pod, metadata: { name: b, namespace: n, labels: { app: b } }, spec: { containers: [{ name: c, image: i }] } }",
      "{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: vpc, namespace: n }, spec: { podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] } }",
    ].join("\n---\n");
    const resource = {
      aws_vpc: { main: { cidr_block: "10.3.0.0/16" } },
      aws_subnet: { main: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.3.0.0/20" } },
      aws_eks_cluster: { main: { name: "main", vpc_config: { subnet_ids: ["${aws_subnet.main.id}"] } } },
    };
    const stack = { file: "cdk.tf.json", text: JSON.stringify({ resource }) };
    const [a, b] = ["a", "b"].map((app) => pods("n", { app }));
    expect(clustersFromText({ file: "objects.yaml", text: objects }, stack)).toAllow(a!, b!, 80);
    // Without the stack nobody knows, so that neither holds, nor its contrary.
    for (const assertion of [
      () => {
        expect(clustersFromText(objects)).toDeny(a!, b!, 80);
      },
      () => {
        expect(clustersFromText(objects)).not.toDeny(a!, b!, 80);
      },
      () => {
        expect(clustersFromText(objects)).toAllow(a!, b!, 80);
      },
    ]) {
      expect(failure(assertion)).toContain("give `context.podCidrs`");
    }
    expect(clustersFromText({ podCidrs: ["10.3.0.0/16"] }, objects)).toAllow(a!, b!, 80);
    expect(clustersFromText({ podCidrs: ["172.16.0.0/16"] }, objects)).toDeny(a!, b!, 80);
  });

  test("know that 0.0.0.0/0 lets pods in of which nothing tells the address", () => {
    const objects = [
      "{ apiVersion: v1, kind: Pod, metadata: { name: a, namespace: n }, spec: { containers: [{ name: c, image: i }] } }",
      "{ apiVersion: v1, kind: Pod, metadata: { name: b, namespace: m }, spec: { containers: [{ name: c, image: i }] } }",
      "{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: all, namespace: m }, spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] } }",
    ].join("\n---\n");
    expect(clustersFromText(objects)).toAllow(ns("n"), ns("m"), 80);
    expect(
      failure(() => {
        expect(clustersFromText(objects)).toDeny(ns("n"), ns("m"), 80);
      }),
    ).toContain("n/a → m/b TCP 80");
  });

  test("read texts, and refuse those that cannot be read", () => {
    const yaml = [
      "apiVersion: v1",
      "kind: Pod",
      "metadata: { name: a, namespace: n }",
      "spec: { containers: [{ name: c, image: i }] }",
    ].join("\n");
    expect(clustersFromText(yaml)).toAllow(ns("n"), internet());
    expect(() => clustersFromText("kind: [")).toThrow(/kind: \[/);
    expect(
      failure(() => {
        expect(clustersFromText(yaml)).toAddNoConnections();
      }),
    ).toContain("give a plan");
  });
});
