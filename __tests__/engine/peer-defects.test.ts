/** What the analyzer most used today, np-guard's netpol-analyzer, gets wrong on legal input: each is a test here. */
import { evaluate, reachability } from "../../engine";
import { reachService } from "../../engine/services/services";
import { toCluster } from "../../inputs/kubernetes";
import { validateObject } from "../../inputs/validation";
import { cluster, clusterRule, containerPort, endpoint, ipBlock, labelled, named, ownPods, podsIn, ports, rule, tcp } from "../builders";
import { clusterOf, objectsOf, problemsOf } from "../inputs/kubernetes-objects";
import { connections, outcome, reasons } from "./outcome";

const town = cluster()
  .namespace("x", { team: "red" })
  .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1", "fd00::1"], ports: [containerPort("web", 8080)] })
  .pod("client", { labels: { app: "client" }, ips: ["10.0.0.2", "fd00::2"] });

const web = labelled({ app: "web" });

const policy = (spec: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: x}, spec: ${spec}}`;

describe("protocols and ports", () => {
  test("a rule for UDP without a port opens no TCP, whichever way it is asked", () => {
    const udpOnly = town.policy("p", { subject: web, ingress: [rule({ ports: [ports("UDP", 1, 65535)] })] }).build();
    expect(connections(udpOnly, "x/client", "x/web")).toBe("UDP all");
    expect([outcome(udpOnly, "x/client", "x/web", 80, "TCP"), outcome(udpOnly, "x/client", "x/web", 80, "UDP")]).toEqual([
      "denied",
      "allowed",
    ]);
  });

  test("one port name for two protocols of a pod stands for each in its own protocol, in whatever order they are declared", () => {
    const declared = [containerPort("dns", 5300, "UDP"), containerPort("dns", 5301, "TCP")];
    for (const order of [declared, declared.toReversed()]) {
      const both = cluster()
        .namespace("x")
        .pod("client")
        .pod("dns", { labels: { app: "dns" }, ports: order })
        .policy("p", { subject: labelled({ app: "dns" }), ingress: [rule({ ports: [named("dns", "TCP"), named("dns", "UDP")] })] })
        .build();
      expect(connections(both, "x/client", "x/dns")).toBe("TCP 5301; UDP 5300");
    }
  });

  test("a named port of a sidecar, an init container that keeps running, is found; one of an ordinary init container is not", () => {
    const pod = (restart: string): string =>
      `{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: x, labels: {app: web}}, spec: {containers: [{name: c}], initContainers: [{name: i${restart}, ports: [{name: web, containerPort: 9000}]}]}}`;
    const client = "{apiVersion: v1, kind: Pod, metadata: {name: client, namespace: x}, spec: {containers: [{name: c}]}}";
    const objects = (restart: string) =>
      clusterOf(
        [pod(restart), client, policy("{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: web}]}]}")].join("\n---\n"),
      );
    expect(connections(objects(", restartPolicy: Always"), "x/client", "x/web")).toBe("TCP 9000");
    expect(connections(objects(""), "x/client", "x/web")).toBe("none");
  });

  test("an egress rule with a named port and no `to` is legal: it opens the name on pods that declare it, and nothing on addresses", () => {
    const byName = clusterOf(
      [
        "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: x}, spec: {containers: [{name: c, ports: [{name: web, containerPort: 8080}]}]}}",
        "{apiVersion: v1, kind: Pod, metadata: {name: client, namespace: x, labels: {app: client}}, spec: {containers: [{name: c}]}}",
        policy("{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{ports: [{port: web}]}]}"),
      ].join("\n---\n"),
    );
    expect(connections(byName, "x/client", "x/web")).toBe("TCP 8080");
    expect(connections(byName, "x/client", "ip:192.0.2.1")).toBe("none");
  });

  test("a container port of UDP is not opened by a rule that names it for TCP", () => {
    const pod = cluster()
      .namespace("x")
      .pod("client")
      .pod("dns", { labels: { app: "dns" }, ports: [containerPort("dns", 53, "UDP")] })
      .policy("p", { subject: labelled({ app: "dns" }), ingress: [rule({ ports: [named("dns", "TCP")] })] })
      .build();
    expect(connections(pod, "x/client", "x/dns")).toBe("none");
  });
});

describe("address blocks", () => {
  test.each([
    ["2001:db8::/32", "ip:2001:db8::9", "ip:32.1.13.184"],
    ["::/0", "ip:2001:db8::9", "ip:192.0.2.1"],
    ["0.0.0.0/0", "ip:192.0.2.1", "ip:2001:db8::9"],
  ])("a block of one family, %s, matches nothing of the other", (cidr, inside, outside) => {
    const six = town.policy("p", { subject: web, ingress: [rule({ peers: [ipBlock(cidr)] })] }).build();
    expect([outcome(six, inside, "x/web"), outcome(six, outside, "x/web")]).toEqual(["allowed", "denied"]);
  });

  test("networks of a cluster-wide policy may be IPv6", () => {
    const networks = { kind: "networks", cidrs: ["2001:db8::/32"] } as const;
    const six = town.clusterPolicy("c", { egress: [clusterRule("Deny", [networks])] }).build();
    expect([outcome(six, "x/web", "ip:2001:db8::9"), outcome(six, "x/web", "ip:192.0.2.1")]).toEqual(["denied", "allowed"]);
  });

  test("an exception outside its block is refused, as the API server refuses it, with its field", () => {
    const text = policy("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/24, except: [10.1.0.0/25]}}]}]}");
    expect(toCluster(objectsOf(text)).value.policies).toEqual([]);
    expect(problemsOf(text)[0]).toMatch(
      /^error: NetworkPolicy `x\/p` would be rejected: `spec.ingress\[0\].from\[0\].ipBlock.except\[0\]`/,
    );
  });

  test("a block that covers a pod's address matches the pod, in NetworkPolicy and in a cluster-wide policy", () => {
    const allow = town.policy("p", { subject: web, ingress: [rule({ peers: [ipBlock("10.0.0.2/32"), ipBlock("fd00::2/128")] })] }).build();
    expect(outcome(allow, "x/client", "x/web")).toBe("allowed");
    const deny = { kind: "networks", cidrs: ["10.0.0.1/32", "fd00::1/128"] } as const;
    expect(outcome(town.clusterPolicy("c", { egress: [clusterRule("Deny", [deny])] }).build(), "x/client", "x/web")).toBe("denied");
  });

  test("flows from an address outside to a pod can be asked for", () => {
    const open = town.policy("p", { subject: web, ingress: [rule({ peers: [ipBlock("192.0.2.0/24")], ports: [tcp(80)] })] }).build();
    expect([outcome(open, "ip:192.0.2.9", "x/web"), outcome(open, "ip:198.51.100.9", "x/web")]).toEqual(["allowed", "denied"]);
  });
});

describe("pods and nodes", () => {
  const nodes = cluster()
    .node("n1", ["172.30.0.1"])
    .node("n2", ["172.30.0.2"])
    .namespace("x")
    .pod("web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" })
    .pod("agent", { hostNetwork: true, ips: ["172.30.0.2"], node: "n2" });
  const isolated = nodes.policy("p", { ingress: [] }).build();

  test("a pod on its node's network is not taken for an ordinary one: undecided, unless the network in use is known", () => {
    const isolating = nodes.policy("p", { ingress: [] }).build();
    expect(outcome(isolating, "x/web", "x/agent")).toBe("undecided");
    expect(outcome(isolating, "x/web", "x/agent", 80, "TCP", { hostNetwork: "node" })).toBe("allowed");
    expect(outcome(isolating, "x/web", "x/agent", 80, "TCP", { hostNetwork: "pod" })).toBe("denied");
  });

  test("the node a pod runs on always reaches it, and no other node does", () => {
    expect([outcome(isolated, "ip:172.30.0.1", "x/web"), outcome(isolated, "ip:172.30.0.2", "x/web")]).toEqual(["allowed", "denied"]);
    expect(reasons(isolated, "ip:172.30.0.1", "x/web").ingress.decidedBy).toBe("exempt");
  });

  test("one replica to another is answered, and can be denied", () => {
    const replicas = cluster().namespace("x").deployment("web", { replicas: 3 }).policy("p", { ingress: [] }).build();
    expect(connections(replicas, "x/web", "x/web")).toBe("none");
  });

  test("a workload scaled to nothing is known to run no pod", () => {
    const [web] = clusterOf(
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: x}, spec: {replicas: 0, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}}",
    ).workloads;
    expect([web?.replicas, web?.pods]).toEqual([0, undefined]);
  });

  test("pods of one owner whose labels differ are told apart, not refused", () => {
    const pod = (name: string, version: string): string =>
      `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: x, labels: {app: web, version: ${version}}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, controller: true, uid: u}]}, spec: {containers: [{name: c}]}}`;
    const client = "{apiVersion: v1, kind: Pod, metadata: {name: client, namespace: x}, spec: {containers: [{name: c}]}}";
    const rollout = clusterOf(
      [pod("web-1", "old"), pod("web-2", "new"), client, policy("{podSelector: {matchLabels: {version: new}}}")].join("\n---\n"),
    );
    const evaluation = evaluate(rollout);
    const answers = rollout.workloads
      .filter(({ name }) => name === "web")
      .map((workload) => {
        const from = endpoint(rollout, "x/client");
        return [workload.labels.version, reachability(evaluation).connections(from, { kind: "workload", workload }).certain.toString()];
      });
    expect(answers).toEqual([
      ["old", "all"],
      ["new", "none"],
    ]);
  });

  test("a policy that selects only pods that may come is not ignored: it decides about a pod whose labels are not known yet", () => {
    const later = { unknown: true, because: "labels given at apply" } as const;
    const coming = cluster()
      .namespace("x")
      .pod("client")
      .pod("later", { unknownLabels: later })
      .policy("p", { subject: labelled({ app: "later" }), ingress: [] });
    expect(outcome(coming.build(), "x/client", "x/later")).toBe("undecided");
    expect(outcome(coming.pod("new", { labels: { app: "later" } }).build(), "x/client", "x/new")).toBe("denied");
  });
});

describe("Services", () => {
  const service = (targetPort: number | string, protocol: "TCP" | "UDP") =>
    town.service("web", { selector: web, clusterIps: ["10.96.0.1"], ports: [{ port: 80, protocol, targetPort }] });
  const open = { subject: web, ingress: [rule({ ports: [tcp(8080)] })] };
  const reach = (built: ReturnType<typeof service>, protocol: "TCP" | "UDP") => {
    const within = built.policy("p", open).build();
    return reachService(evaluate(within), endpoint(within, "x/client"), { namespace: "x", name: "web" }, 80, protocol).answer;
  };

  test("a Service as destination is followed to the port of its pods, by number or by name", () => {
    expect([reach(service(8080, "TCP"), "TCP"), reach(service("web", "TCP"), "TCP"), reach(service(80, "TCP"), "TCP")]).toEqual([
      "all",
      "all",
      "none",
    ]);
  });

  test("a Service's UDP port is not taken for TCP", () => {
    expect([reach(service(8080, "UDP"), "UDP"), reach(service("web", "UDP"), "UDP"), reach(service(8080, "UDP"), "TCP")]).toEqual([
      "none",
      "no endpoints",
      "no port",
    ]);
  });
});

describe("cluster-wide policies", () => {
  const everyone = "{namespaces: {}}";
  const wide = (kind: string, version: string, name: string, spec: string): string =>
    `{apiVersion: policy.networking.k8s.io/${version}, kind: ${kind}, metadata: {name: ${name}}, spec: ${spec}}`;
  const pods = ["web", "client"].map(
    (name) =>
      `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: x, labels: {app: ${name}}}, spec: {containers: [{name: c}]}}`,
  );
  const read = (...policies: readonly string[]) => clusterOf([...pods, ...policies].join("\n---\n"));

  test("a ClusterNetworkPolicy that denies everything is not read as if it were not there", () => {
    const deny = `{tier: Admin, priority: 1, subject: ${everyone}, ingress: [{action: Deny, from: [${everyone}]}]}`;
    expect(connections(read(wide("ClusterNetworkPolicy", "v1alpha2", "deny", deny)), "x/client", "x/web")).toBe("none");
  });

  test("two policies of one priority are no error: undecided where they differ, and only there", () => {
    const spec = (action: string, ports: string): string =>
      `{priority: 5, subject: ${everyone}, ingress: [{action: ${action}, from: [${everyone}], ports: [{portRange: {protocol: TCP, ${ports}}}]}]}`;
    const tied = read(
      wide("AdminNetworkPolicy", "v1alpha1", "a", spec("Allow", "start: 1, end: 100")),
      wide("AdminNetworkPolicy", "v1alpha1", "b", spec("Deny", "start: 80, end: 200")),
    );
    expect([79, 80, 100, 101, 201].map((port) => outcome(tied, "x/client", "x/web", port))).toEqual([
      "allowed",
      "undecided",
      "undecided",
      "denied",
      "allowed",
    ]);
  });

  test("a nodes peer is the addresses of the nodes, not ignored", () => {
    const spec = `{priority: 5, subject: ${everyone}, egress: [{action: Deny, to: [{nodes: {}}]}]}`;
    const node = "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 172.30.0.1}]}}";
    const nodes = read(node, wide("AdminNetworkPolicy", "v1alpha1", "a", spec));
    expect([
      outcome(nodes, "x/web", "ip:172.30.0.1"),
      outcome(nodes, "x/web", "ip:172.30.0.2"),
      outcome(nodes, "x/web", "x/client"),
    ]).toEqual(["denied", "allowed", "allowed"]);
  });

  test("a domainNames peer is known: what a name stands for is undecided, for addresses only", () => {
    const accept = `{action: Accept, to: [{domainNames: ["*.example.org"]}]}`;
    const spec = `{tier: Admin, priority: 5, subject: ${everyone}, egress: [${accept}, {action: Deny, to: [{networks: [0.0.0.0/0]}]}]}`;
    const names = read(wide("ClusterNetworkPolicy", "v1alpha2", "c", spec));
    expect([outcome(names, "x/web", "ip:192.0.2.1"), outcome(names, "x/web", "x/client")]).toEqual(["undecided", "allowed"]);
  });

  test("a BaselineAdminNetworkPolicy by another name than default is refused", () => {
    const [object] = objectsOf(wide("BaselineAdminNetworkPolicy", "v1alpha1", "other", `{subject: ${everyone}}`));
    expect(validateObject(object?.object ?? {}).map((error) => error.rule)).toEqual(["cel:name-is-default"]);
  });
});

describe("explanations", () => {
  test("every rule that allows is named, not only the first that allows everything", () => {
    const ingress = [rule(), rule({ peers: [ownPods()], ports: [tcp(80)] }), rule({ ports: [tcp(81)] })];
    const allowed = town
      .policy("p", { subject: web, ingress })
      .policy("q", { subject: web, ingress: [rule()] })
      .build();
    const { isolatedBy, allowedBy } = reasons(allowed, "x/client", "x/web").ingress;
    expect(isolatedBy.map(({ name }) => name)).toEqual(["p", "q"]);
    expect(allowedBy.map((each) => [each.policy.name, each.rule])).toEqual([
      ["p", 0],
      ["p", 1],
      ["q", 0],
    ]);
  });

  test("after a Pass of the Admin tier, the NetworkPolicies that decide are still named", () => {
    const passed = town
      .clusterPolicy("pass", { ingress: [clusterRule("Pass", [podsIn()])] })
      .policy("p", { subject: web, ingress: [rule({ ports: [tcp(80)] })] })
      .build();
    const { decidedBy, clusterRules, isolatedBy, allowedBy } = reasons(passed, "x/client", "x/web").ingress;
    expect(decidedBy).toBe("NetworkPolicy");
    expect([clusterRules.map(({ action }) => action), isolatedBy.map(({ name }) => name), allowedBy.length]).toEqual([["Pass"], ["p"], 1]);
  });
});
