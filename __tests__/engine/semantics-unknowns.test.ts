/** What is done about what is not known or not modelled: one test for each decision of docs/semantics.md, under the name it is linked by. */
import { unknown } from "../../engine/model";
import { cluster, containerPort, labelled, named, ownPods, rule, tcp } from "../builders";
import { problemsOf } from "../inputs/kubernetes-objects";
import { connections, outcome, reasons } from "./outcome";
import { policyOnWeb, written } from "./written";

const later = unknown("known after apply");
const town = cluster()
  .namespace("x")
  .pod("client", { labels: { app: "client" } });

describe("three values", () => {
  test("what depends on a value that is not known lies between two bounds, and only the difference is undecided", () => {
    const ingress = [rule({ ports: [tcp(80)] }), rule({ ports: [tcp(80, 90)], unknown: later })];
    const built = town.pod("web").policy("p", { ingress }).build();
    expect(connections(built, "x/client", "x/web")).toBe("TCP 80 to TCP 80-90");
    expect([80, 85, 91].map((port) => outcome(built, "x/client", "x/web", port))).toEqual(["allowed", "undecided", "denied"]);
  });

  test("an undecided answer names what would have to be known", () => {
    const built = town.pod("web", { labels: { app: later } }).policy("p", { subject: labelled({ app: "web" }), ingress: [] });
    expect(outcome(built.build(), "x/client", "x/web")).toBe("undecided");
    const ports = town
      .pod("web")
      .policy("p", { ingress: [rule({ ports: [{ kind: "unknown", unknown: later }] })] })
      .build();
    expect(reasons(ports, "x/client", "x/web").ingress.unknowns).toEqual([later]);
  });

  test("a value that is not known changes nothing where it cannot matter", () => {
    const built = town
      .pod("web", { labels: { app: "web", note: later } })
      .policy("p", { ingress: [rule({ peers: [ownPods(labelled({ app: "nobody" }))], ports: [{ kind: "unknown", unknown: later }] })] });
    expect(connections(built.build(), "x/client", "x/web")).toBe("none");
  });

  test("labels that may be there and are not listed leave a selector on them open, and one on a listed label decided", () => {
    const unsure = town.pod("web", { labels: { app: "web" }, unknownLabels: later });
    const by = (labels: Readonly<Record<string, string>>) =>
      outcome(unsure.policy("p", { subject: labelled(labels), ingress: [] }).build(), "x/client", "x/web");
    expect([by({ tier: "front" }), by({ app: "web" }), by({ app: "db" })]).toEqual(["undecided", "denied", "allowed"]);
  });

  test("on a pod whose ports are not known, a name may stand for any port of its protocol, in both directions", () => {
    const web = town.pod("web", { labels: { app: "web" }, ports: [containerPort("http", 8080)], unknownPorts: later });
    const inward = web.policy("p", { subject: labelled({ app: "web" }), ingress: [rule({ ports: [named("http"), named("admin")] })] });
    const outward = web.policy("p", { subject: labelled({ app: "client" }), egress: [rule({ ports: [named("admin")] })] });
    expect(connections(inward.build(), "x/client", "x/web")).toBe("TCP 8080 to TCP all");
    expect(connections(outward.build(), "x/client", "x/web")).toBe("none to TCP all");
  });

  test("a namespace that is used but not declared has labels that are not known, except its name", () => {
    const strangers = "{apiVersion: v1, kind: Pod, metadata: {name: s, namespace: elsewhere}, spec: {containers: [{name: c}]}}";
    const from = (label: string) =>
      outcome(
        written(strangers, policyOnWeb(`ingress: [{from: [{namespaceSelector: {matchLabels: {${label}}}}]}]`)),
        "elsewhere/s",
        "x/web",
      );
    expect([from("team: red"), from("kubernetes.io/metadata.name: elsewhere"), from("kubernetes.io/metadata.name: x")]).toEqual([
      "undecided",
      "allowed",
      "denied",
    ]);
  });
});

describe("what is not modelled", () => {
  test("policies of other products are named in a warning, and other kinds counted in a note", () => {
    const foreign = "{apiVersion: crd.projectcalico.org/v1, kind: GlobalNetworkPolicy, metadata: {name: a}}";
    const other = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";
    expect(problemsOf([foreign, other].join("\n---\n")).map((text) => text.slice(0, text.indexOf(":")))).toEqual(["warning", "note"]);
  });

  test("a reply comes with its connection: a pod that accepts may answer whatever its egress says", () => {
    const built = town
      .pod("web", { labels: { app: "web" } })
      .policy("p", { subject: labelled({ app: "web" }), egress: [] })
      .build();
    expect([outcome(built, "x/client", "x/web"), outcome(built, "x/web", "x/client")]).toEqual(["allowed", "denied"]);
  });
});
