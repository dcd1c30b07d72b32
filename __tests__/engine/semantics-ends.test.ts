/** What counts as an end of a flow: one test for each decision of docs/semantics.md, under the name it is linked by. */
import { evaluate, reachability } from "../../engine";
import { unknown, type Workload } from "../../engine/model";
import { withPodRanges } from "../../engine/pod-placement";
import { cluster, ipBlock, labelled, ownPods, rule, tcp } from "../builders";
import { clusterOf, problemsOf } from "../inputs/kubernetes-objects";
import { connections, outcome, reasons } from "./outcome";
import { adminPolicy, pod, policyOnWeb, written } from "./written";

const web = labelled({ app: "web" });
const byBlock = (...cidrs: readonly string[]) => ({ subject: web, ingress: [rule({ peers: cidrs.map((cidr) => ipBlock(cidr)) })] });

/** What flows from `x/client` to each variant of the workload `x/web`, by a label of its pods. */
function toVariants(within: ReturnType<typeof clusterOf>, label: string): readonly (readonly [unknown, string])[] {
  const reach = reachability(evaluate(within));
  const client = within.workloads.find(({ name }) => name === "client") as Workload;
  return within.workloads
    .filter(({ name }) => name === "web")
    .map((each) => [each.labels[label], String(reach.between(client, each).certain)]);
}

const owned = (name: string, labels: string): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: x, labels: {${labels}}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, controller: true, uid: u}]}, spec: {containers: [{name: c}]}}`;

const controller = (kind: string, apiVersion: string, spec: string): string =>
  `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: web, namespace: x}, spec: ${spec}}`;

const template = "template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}";

describe("addresses of pods", () => {
  const town = cluster()
    .namespace("x")
    .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"] })
    .pod("client", { ips: ["10.0.0.2"] })
    .pod("new");

  test("a block matches a pod whose address is in it", () => {
    const built = town.policy("p", byBlock("10.0.0.2/32")).build();
    expect([outcome(built, "x/client", "x/web"), outcome(built, "x/new", "x/web")]).toEqual(["allowed", "denied"]);
  });

  test("a pod without a known address is in a block that holds all pod ranges, perhaps in one that holds some, else in none", () => {
    const answer = (cidr: string, ...podCidrs: readonly string[]) => {
      const built = town.policy("p", byBlock(cidr));
      return outcome((podCidrs.length === 0 ? built : built.podCidrs(...podCidrs)).build(), "x/new", "x/web");
    };
    expect([answer("10.0.0.0/8", "10.0.0.0/16"), answer("10.0.0.0/24", "10.0.0.0/16"), answer("192.0.2.0/24", "10.0.0.0/16")]).toEqual([
      "allowed",
      "undecided",
      "denied",
    ]);
    expect(answer("10.0.0.0/8")).toBe("denied");
  });

  test("a pod of which nothing tells the address is certainly in 0.0.0.0/0, in no public block, and perhaps in a private one", () => {
    const answer = (cidr: string) => outcome(withPodRanges(town.policy("p", byBlock(cidr)).build(), { resources: [] }), "x/new", "x/web");
    expect([answer("0.0.0.0/0"), answer("198.51.100.0/24"), answer("10.0.0.0/8")]).toEqual(["allowed", "denied", "undecided"]);
  });

  test("two pods of both families are judged in each, and undecided where the families differ", () => {
    const dual = cluster()
      .namespace("x")
      .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1", "fd00::1"] })
      .pod("client", { ips: ["10.0.0.2", "fd00::2"] })
      .pod("four", { ips: ["10.0.0.3"] });
    const ask = (...cidrs: readonly string[]) => {
      const built = dual.policy("p", byBlock(...cidrs)).build();
      return [outcome(built, "x/client", "x/web"), outcome(built, "x/four", "x/web")];
    };
    expect([ask("10.0.0.0/8"), ask("10.0.0.0/8", "fd00::/8"), ask("192.0.2.0/24")]).toEqual([
      ["undecided", "allowed"],
      ["allowed", "allowed"],
      ["denied", "denied"],
    ]);
  });

  test("where pods of one workload are told apart by their addresses, each pod has an answer and the workload is undecided", () => {
    const spread = cluster()
      .namespace("x")
      .deployment("many", { pods: [1, 2].map((n) => ({ name: `many-${n}`, ips: [`10.0.${n}.1`] })), replicas: 2 })
      .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"] })
      .policy("p", byBlock("10.0.1.0/24"))
      .build();
    expect(["x/many/many-1", "x/many/many-2", "x/many"].map((from) => outcome(spread, from, "x/web"))).toEqual([
      "allowed",
      "denied",
      "undecided",
    ]);
  });

  test("a flow is to a pod and its port: the address of a Service in front of it is not looked at", () => {
    const built = cluster()
      .namespace("x")
      .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"] })
      .service("web", { selector: web, clusterIps: ["10.96.0.10"], ports: [{ port: 80, protocol: "TCP", targetPort: 8080 }] })
      .pod("client", { labels: { app: "client" }, ips: ["10.0.0.2"] });
    const egress = (cidr: string, port: number) =>
      built.policy("p", { subject: labelled({ app: "client" }), egress: [rule({ peers: [ipBlock(cidr)], ports: [tcp(port)] })] }).build();
    expect(connections(egress("10.96.0.0/16", 80), "x/client", "x/web")).toBe("none");
    expect(connections(egress("10.0.0.1/32", 8080), "x/client", "x/web")).toBe("TCP 8080");
  });
});

describe("traffic that policy never touches", () => {
  test("a pod always reaches itself", () => {
    const closed = cluster().namespace("x").pod("web").policy("p", { ingress: [], egress: [] }).build();
    expect([outcome(closed, "x/web", "x/web"), reasons(closed, "x/web", "x/web").egress.decidedBy]).toEqual(["allowed", "exempt"]);
  });

  test("two replicas of one workload are two pods, and policy applies between them", () => {
    const three = cluster().namespace("x").deployment("web", { replicas: 3 }).policy("p", { ingress: [] }).build();
    expect(connections(three, "x/web", "x/web")).toBe("none");
    const one = cluster().namespace("x").deployment("web", { replicas: 1 }).policy("p", { ingress: [] }).build();
    expect(connections(one, "x/web", "x/web")).toBe("all");
  });

  test("where it is not known whether a workload has a second pod, what it may send to itself is undecided unless its replicas may", () => {
    const later = unknown("var.replicas");
    const unsure = cluster().namespace("x").deployment("web", { replicas: later });
    const closed = unsure.policy("p", { ingress: [rule({ ports: [tcp(80)] })] }).build();
    expect(connections(closed, "x/web", "x/web")).toBe("TCP 80 to all");
    expect([80, 81].map((port) => outcome(closed, "x/web", "x/web", port))).toEqual(["allowed", "undecided"]);
    expect(reasons(closed, "x/web", "x/web", 81).ingress.unknowns).toContainEqual(later);
    const twoKnown = unsure.deployment("two", { replicas: later, pods: ["a", "b"].map((name) => ({ name, ips: [] })) });
    expect(connections(twoKnown.policy("p", { ingress: [] }).build(), "x/two", "x/two")).toBe("none");
  });

  test("the node a pod runs on always reaches it, another node does not, and where the node is not known it is undecided", () => {
    const nodes = cluster()
      .node("n1", ["172.30.0.1"])
      .node("n2", ["172.30.0.2"])
      .namespace("x")
      .pod("web", { ips: ["10.0.0.1"], node: "n1" })
      .pod("new", { ips: ["10.0.0.2"] })
      .policy("p", { ingress: [] })
      .build();
    expect(["ip:172.30.0.1", "ip:172.30.0.2"].map((from) => outcome(nodes, from, "x/web"))).toEqual(["allowed", "denied"]);
    expect(["ip:172.30.0.1", "ip:192.0.2.1"].map((from) => outcome(nodes, from, "x/new"))).toEqual(["undecided", "denied"]);
  });

  test("a node that only its pods speak of is known by their hostIP, and which labels it has is not", () => {
    const onNode = (name: string, node: string) =>
      `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: x, labels: {app: ${name}}}, spec: {nodeName: n${node}, containers: [{name: c}]}, status: {podIP: 10.0.0.${node}, hostIP: 172.30.0.${node}}}`;
    const wall = adminPolicy("egress: [{action: Deny, to: [{nodes: {matchLabels: {zone: a}}}]}]");
    const closed = clusterOf([onNode("web", "1"), onNode("client", "2"), policyOnWeb("ingress: []"), wall].join("\n---\n"));
    expect(["ip:172.30.0.1", "ip:172.30.0.2"].map((from) => outcome(closed, from, "x/web"))).toEqual(["allowed", "denied"]);
    expect(outcome(closed, "x/web", "ip:172.30.0.2")).toBe("undecided");
  });

  test("an address outside is not subject to policy, only the pod at the other end is", () => {
    const closed = cluster().namespace("x").pod("web").policy("p", { ingress: [] }).build();
    expect(outcome(closed, "x/web", "ip:192.0.2.1")).toBe("allowed");
    expect(reasons(closed, "ip:192.0.2.1", "x/web").egress.decidedBy).toBe("outside");
  });
});

describe("pods on the network of their node", () => {
  const nodes = cluster()
    .node("n1", ["172.30.0.1"])
    .node("n2", ["172.30.0.2"])
    .namespace("x")
    .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" })
    .pod("agent", { labels: { app: "agent" }, hostNetwork: true, ips: ["172.30.0.2"], node: "n2" });

  test("a host-networked pod is read both as a pod and as its node, and undecided where the readings differ", () => {
    const byLabel = nodes.policy("p", { subject: web, ingress: [rule({ peers: [ownPods(labelled({ app: "agent" }))] })] }).build();
    expect(outcome(byLabel, "x/agent", "x/web")).toBe("undecided");
    const profiles = (["pod", "node"] as const).map((hostNetwork) => outcome(byLabel, "x/agent", "x/web", 80, "TCP", { hostNetwork }));
    expect(profiles).toEqual(["allowed", "denied"]);
    const byAddress = nodes.policy("p", byBlock("172.30.0.2/32")).build();
    expect(outcome(byAddress, "x/agent", "x/web")).toBe("allowed");
  });

  test("a policy that selects a host-networked pod isolates it in one reading and not in the other", () => {
    const selected = nodes.policy("p", { subject: labelled({ app: "agent" }), ingress: [] }).build();
    expect(outcome(selected, "x/web", "x/agent")).toBe("undecided");
  });
});

describe("workloads", () => {
  test("pods that have completed are left out, and a note says so", () => {
    const done = pod("x", "done", "containers: [{name: c}]", ", status: {phase: Succeeded, podIP: 10.0.0.9}");
    expect(written(done).workloads.map(({ name }) => name)).not.toContain("done");
    expect(problemsOf(done).filter((text) => text.includes("completed"))).toEqual(["note: a pod has completed and is left out: `x/done`"]);
  });

  test("a workload scaled to nothing is judged as if it ran, and says that it has no pod", () => {
    const scaled = clusterOf(
      [
        controller("Deployment", "apps/v1", `{replicas: 0, selector: {matchLabels: {app: web}}, ${template}}`),
        pod("x", "client"),
        policyOnWeb("ingress: []"),
      ].join("\n---\n"),
    );
    expect(connections(scaled, "x/client", "x/web")).toBe("none");
    expect(scaled.workloads.map(({ name, replicas }) => [name, replicas])).toContainEqual(["web", 0]);
  });

  test("Jobs and CronJobs are workloads by their template, with the labels a Job adds", () => {
    const job = controller("Job", "batch/v1", `{${template}}`);
    const cron = controller("CronJob", "batch/v1", `{schedule: "* * * * *", jobTemplate: {spec: {${template}}}}`);
    const policy = policyOnWeb("egress: []")
      .replace("app: web", "batch.kubernetes.io/job-name: web")
      .replace("egress", "policyTypes: [Egress], egress");
    const of = (text: string) => connections(clusterOf([text, pod("x", "client"), policy].join("\n---\n")), "x/web", "x/client");
    expect([of(job), of(cron)]).toEqual(["none", "all"]);
  });

  test("a selector on a label that a controller sets is undecided where it may mean some of the pods, and decided where it means all or none", () => {
    const set = controller("StatefulSet", "apps/v1", `{replicas: 2, ${template}}`);
    const deployment = controller("Deployment", "apps/v1", `{replicas: 2, ${template}}`);
    const selecting = (condition: string) =>
      policyOnWeb("ingress: []").replace("matchLabels: {app: web}", `matchExpressions: [${condition}]`);
    const under = (condition: string, workload = set) =>
      outcome(clusterOf([workload, pod("x", "client"), selecting(condition)].join("\n---\n")), "x/client", "x/web");
    const named = (...names: readonly string[]) => `{key: statefulset.kubernetes.io/pod-name, operator: In, values: [${names.join(", ")}]}`;
    expect([named("web-0"), named("web-0", "web-1"), named("web-2"), named("other-0")].map((each) => under(each))).toEqual([
      "undecided",
      "denied",
      "allowed",
      "allowed",
    ]);
    const indexed = (values: string) => `{key: apps.kubernetes.io/pod-index, operator: In, values: [${values}]}`;
    expect([under(indexed("'0', '1'")), under(indexed("'2'"))]).toEqual(["undecided", "allowed"]);
    const hash = (operator: string) => `{key: pod-template-hash, operator: ${operator}}`;
    expect([hash("Exists"), hash("DoesNotExist"), hash("In, values: [abc]")].map((each) => under(each, deployment))).toEqual([
      "denied",
      "allowed",
      "undecided",
    ]);
    const unsure = clusterOf([set, pod("x", "client"), selecting(named("web-0"))].join("\n---\n"));
    expect(reasons(unsure, "x/client", "x/web").ingress.unknowns).toEqual([
      expect.objectContaining({ because: "which pod of the StatefulSet is meant" }),
    ]);
  });

  test("during a rollout the pods of both templates are there, each with its own answers", () => {
    const rollout = [owned("web-1", "app: web, version: old"), owned("web-2", "app: web, version: new"), pod("x", "client")];
    const isolatesNew = policyOnWeb("ingress: []").replace("app: web", "version: new");
    expect(toVariants(clusterOf([...rollout, isolatesNew].join("\n---\n")), "version")).toEqual([
      ["old", "all"],
      ["new", "none"],
    ]);
  });
});
