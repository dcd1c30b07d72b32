import { isUnknown, unknown } from "../../engine/model";
import { toCluster } from "../../inputs/kubernetes";
import { clusterOf, located, problemsOf, workloadsOf } from "./kubernetes-objects";

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{ports: [{name: http, containerPort: 80}]}]}
`;

const pod = (name: string, hash: string, owner: string, extra = ""): string => `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: shop
  labels: {app: web, pod-template-hash: "${hash}"${extra}}
  ownerReferences: [${owner}]
spec: {nodeName: n1, containers: [{ports: [{name: http, containerPort: 80}]}]}
status: {phase: Running, podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: "fd00::1"}]}
`;

const byReplicaSet = (name: string): string => `{apiVersion: apps/v1, kind: ReplicaSet, name: ${name}, controller: true}`;

describe("templates", () => {
  test("a Deployment is one workload with the labels and ports of its pods", () => {
    expect(workloadsOf(deployment)).toEqual([
      {
        kind: "Deployment",
        namespace: "shop",
        name: "web",
        labels: { app: "web" },
        ports: [{ name: "http", port: 80, protocol: "TCP" }],
        hostNetwork: false,
        replicas: 2,
      },
    ]);
  });

  test.each([
    ["Deployment", "apps/v1", 1],
    ["ReplicaSet", "apps/v1", 1],
    ["ReplicationController", "v1", 1],
    ["StatefulSet", "apps/v1", 1],
    ["DaemonSet", "apps/v1", undefined],
    ["Job", "batch/v1", 1],
  ])("a %s without a number of replicas has the default", (kind, apiVersion, replicas) => {
    const [workload] = workloadsOf(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: a}, spec: {template: {}}}`);
    expect(workload).toMatchObject({ kind, namespace: "default", name: "a" });
    expect(workload?.replicas).toBe(replicas);
  });

  test("a CronJob has the labels of the template inside its job template", () => {
    const text = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: backup}}, spec: {hostNetwork: true}}}}}
`;
    expect(workloadsOf(text)).toMatchObject([{ kind: "CronJob", labels: { app: "backup" }, hostNetwork: true }]);
  });

  test("a Job has the labels its controller adds, unless its selector is manual", () => {
    const job = (spec: string): string => `{apiVersion: batch/v1, kind: Job, metadata: {name: once}, spec: {${spec}template: {}}}`;
    expect(workloadsOf(job(""))[0]?.labels).toEqual({ "job-name": "once", "batch.kubernetes.io/job-name": "once" });
    expect(workloadsOf(job("manualSelector: true, "))[0]?.labels).toEqual({});
  });

  test("a finished Job runs nothing", () => {
    const text = `
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {}}
status: {conditions: [{type: Complete, status: "True"}]}
`;
    expect(workloadsOf(text)).toMatchObject([{ replicas: 0 }]);
  });

  test("of the init containers, only those that keep running have ports", () => {
    const text = `
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{ports: [{containerPort: 80}]}]
  initContainers:
  - {restartPolicy: Always, ports: [{name: metrics, containerPort: 9000, protocol: UDP}]}
  - {ports: [{containerPort: 1}]}
`;
    expect(workloadsOf(text)[0]?.ports).toEqual([
      { port: 80, protocol: "TCP" },
      { name: "metrics", port: 9000, protocol: "UDP", sidecar: true },
    ]);
  });
});

describe("pods and their owners", () => {
  const named = (text: string): readonly string[] =>
    workloadsOf(text).map(({ kind, name, variant, pods }) => {
      const known = (pods ?? []).map((each) => each.name).join(" ");
      return `${kind} ${isUnknown(name) ? name.because : name} ${variant ?? "-"} [${known}]`;
    });

  test("a bare pod is its own workload with its addresses and node", () => {
    const text = `
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {x: y}}
spec: {nodeName: n1}
status: {podIP: 10.0.0.1, podIPs: [{ip: 10.0.0.1}, {ip: "fd00::1"}]}
`;
    expect(workloadsOf(text)).toEqual([
      {
        kind: "Pod",
        namespace: "default",
        name: "a",
        labels: { x: "y" },
        ports: [],
        hostNetwork: false,
        replicas: 1,
        pods: [{ name: "a", ips: ["10.0.0.1", "fd00::1"], node: "n1" }],
      },
    ]);
  });

  const replicaSet = (name: string, hash: string, replicas: number): string => `---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: ${name}, namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, controller: true}]}
spec:
  replicas: ${String(replicas)}
  template:
    metadata: {labels: {app: web, pod-template-hash: "${hash}"}}
    spec: {containers: [{ports: [{name: http, containerPort: 80}]}]}
`;

  test("pods join their Deployment through its ReplicaSet, and bring the labels they really have", () => {
    const text = [
      deployment,
      replicaSet("web-1", "1", 2),
      pod("web-1-a", "1", byReplicaSet("web-1")),
      pod("web-1-b", "1", byReplicaSet("web-1")),
    ];
    expect(named(text.join(""))).toEqual(["Deployment web - [web-1-a web-1-b]"]);
    expect(workloadsOf(text.join(""))[0]).toMatchObject({ labels: { app: "web", "pod-template-hash": "1" }, replicas: 2 });
  });

  test("a ReplicaSet that is not in the input is the Deployment that made it", () => {
    expect(named(deployment + pod("web-1-a", "1", byReplicaSet("web-1")))).toEqual(["Deployment web - [web-1-a]"]);
    expect(named(pod("web-1-a", "1", byReplicaSet("web-1")))).toEqual(["Deployment web - [web-1-a]"]);
    expect(named(pod("other-a", "1", byReplicaSet("other")))).toEqual(["ReplicaSet other - [other-a]"]);
  });

  test("pods of a rollout are variants by their template", () => {
    const text = deployment + pod("web-1-a", "1", byReplicaSet("web-1")) + pod("web-2-a", "2", byReplicaSet("web-2"));
    expect(named(text)).toEqual(["Deployment web 1 [web-1-a]", "Deployment web 2 [web-2-a]"]);
  });

  test("a template that no pod has yet is a variant beside the pods of the older one", () => {
    const text = deployment + pod("web-1-a", "1", byReplicaSet("web-1"), ", old: 'yes'");
    expect(named(text)).toEqual(["Deployment web template []", "Deployment web web-1-a [web-1-a]"]);
  });

  test("an older ReplicaSet scaled to nothing is no workload", () => {
    expect(named(deployment + replicaSet("web-0", "0", 0) + replicaSet("web-1", "1", 2))).toEqual(["Deployment web - []"]);
  });

  test("pods of a StatefulSet differ in a label that policies can select, so each is a variant", () => {
    const member = (index: string): string => `---
apiVersion: v1
kind: Pod
metadata:
  name: db-${index}
  labels: {app: db, statefulset.kubernetes.io/pod-name: db-${index}}
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, controller: true}]
`;
    const text = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {replicas: 2, template: {metadata: {labels: {app: db}}}}
${member("0")}${member("1")}`;
    expect(named(text)).toEqual(["StatefulSet db db-0 [db-0]", "StatefulSet db db-1 [db-1]"]);
  });

  test("a pod of an owner that is not read, such as a static pod, is bare", () => {
    expect(named(pod("proxy-n1", "1", "{apiVersion: v1, kind: Node, name: n1, controller: true}"))).toEqual(["Pod proxy-n1 - [proxy-n1]"]);
  });

  test("owners that own each other end the search", () => {
    const set = (name: string, owner: string): string =>
      `---\n{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: ${name}, ownerReferences: [${byReplicaSet(owner)}]}}\n`;
    expect(workloadsOf(set("a", "b") + set("b", "a")).length).toBeGreaterThan(0);
  });

  test("completed pods are left out with a note", () => {
    const done = pod("web-1-a", "1", byReplicaSet("web-1")).replace("Running", "Succeeded");
    expect(named(done)).toEqual([]);
    expect(problemsOf(done)).toEqual(["note: a pod has completed and is left out: `shop/web-1-a`"]);
  });
});

describe("namespaces, nodes and Services", () => {
  test("a namespace has the label the API server sets, whatever it says itself", () => {
    const text = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a, kubernetes.io/metadata.name: other}}}";
    expect(clusterOf(text).namespaces).toMatchObject([{ name: "shop", labels: { team: "a", "kubernetes.io/metadata.name": "shop" } }]);
  });

  test("a namespace that is used but not declared has labels that are not known, and a note says so", () => {
    expect(clusterOf(deployment).namespaces).toEqual([
      {
        name: "shop",
        labels: { "kubernetes.io/metadata.name": "shop" },
        unknownLabels: unknown("the labels of namespace `shop`, which is not in the input"),
      },
    ]);
    expect(problemsOf(deployment)).toEqual([
      "note: namespace `shop` is used but not in the input, so its labels other than `kubernetes.io/metadata.name` are not known; add the Namespace to decide about them",
    ]);
  });

  test("objects without a namespace are in the default one, which can be another", () => {
    const text = "{apiVersion: v1, kind: Pod, metadata: {name: a}}";
    expect(clusterOf(text).workloads[0]?.namespace).toBe("default");
    expect(clusterOf(text, { defaultNamespace: "shop" }).workloads[0]?.namespace).toBe("shop");
  });

  test("a node has the addresses of its status that are addresses", () => {
    const text = `
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {zone: a}}
status: {addresses: [{type: InternalIP, address: 10.0.0.1}, {type: Hostname, address: n1}]}
`;
    expect(clusterOf(text).nodes).toEqual([{ name: "n1", labels: { zone: "a" }, addresses: ["10.0.0.1"] }]);
  });

  const onNode = (name: string, spec: string, status: string): string =>
    `---\n{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {${spec}}, status: {${status}}}\n`;

  test("a node that is not in the input has the addresses its pods say it has, and labels that are not known", () => {
    const cluster = clusterOf(
      onNode("a", "nodeName: n1", "podIP: 10.0.0.1, hostIP: 172.30.0.1") +
        onNode("b", "nodeName: n1", "podIP: 10.0.0.2, hostIP: 172.30.0.1, hostIPs: [{ip: 172.30.0.1}, {ip: 'fd00::1'}]") +
        onNode("c", "", "podIP: 10.0.0.3, hostIP: 172.30.0.2") +
        onNode("d", "nodeName: n3", "podIP: 10.0.0.4"),
    );
    expect(cluster.nodes).toMatchObject([
      { name: "n1", addresses: ["172.30.0.1", "fd00::1"], unknownLabels: { unknown: true } },
      { name: "172.30.0.2", addresses: ["172.30.0.2"], labels: {} },
    ]);
    expect(cluster.unknownNodes).toBeDefined();
    expect(cluster.workloads.flatMap(({ pods = [] }) => pods.map(({ node }) => node))).toEqual(["n1", "n1", "172.30.0.2", "n3"]);
  });

  test("a node in the input keeps its addresses, and gives its name to pods that only tell its address", () => {
    const node = "---\n{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{address: 172.30.0.1}]}}\n";
    const cluster = clusterOf(node + onNode("a", "nodeName: n1", "hostIP: 172.30.0.9") + onNode("b", "", "hostIP: 172.30.0.1"));
    expect(cluster.nodes).toEqual([{ name: "n1", labels: {}, addresses: ["172.30.0.1"] }]);
    expect(cluster.workloads.map(({ pods }) => pods?.[0]?.node)).toEqual(["n1", "n1"]);
  });

  test("a pod on the network of its node has the addresses of the node when it tells none of its own", () => {
    const text = onNode("a", "hostNetwork: true", "hostIP: 172.30.0.1") + onNode("b", "", "hostIP: 172.30.0.1");
    expect(clusterOf(text).workloads.map(({ pods }) => pods?.[0]?.ips)).toEqual([["172.30.0.1"], []]);
  });
});

describe("what is not known", () => {
  const later = unknown("var.later");
  const read = (template: object, metadata: object = { name: "a" }): unknown =>
    toCluster([located({ apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { template } } as never)]).value.workloads[0];

  test.each([
    ["a label", { metadata: { labels: { app: later } } }, { labels: { app: later } }],
    ["all labels", { metadata: { labels: later } }, { labels: {}, unknownLabels: later }],
    ["the whole template", later, { unknownLabels: later, unknownPorts: later, hostNetwork: later }],
    ["the containers", { spec: { containers: later } }, { unknownPorts: later }],
    ["the ports", { spec: { containers: [{ ports: later }] } }, { unknownPorts: later }],
    [
      "the number of a port",
      { spec: { containers: [{ ports: [{ name: "http", containerPort: later }] }] } },
      { ports: [{ name: "http", port: later }] },
    ],
    ["the name of a port", { spec: { containers: [{ ports: [{ name: later, containerPort: 80 }] }] } }, { ports: [], unknownPorts: later }],
    [
      "whether an init container keeps running",
      { spec: { initContainers: [{ restartPolicy: later, ports: [{ containerPort: 1 }] }] } },
      { unknownPorts: later },
    ],
    ["hostNetwork", { spec: { hostNetwork: later } }, { hostNetwork: later }],
  ])("%s stays unknown", (_, template, workload) => {
    expect(read(template)).toMatchObject(workload);
  });

  test("a name and a namespace stay unknown", () => {
    expect(read({}, { name: later, namespace: later })).toMatchObject({ name: later, namespace: later });
  });

  test("a name the server makes up is not known", () => {
    expect(read({}, { generateName: "web-" })).toMatchObject({ name: unknown("the API server makes up the name from `web-`") });
  });
});
