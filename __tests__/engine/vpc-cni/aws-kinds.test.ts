import { type CniSettings, vpcCni } from "../../../engine";
import { type Cluster, unknown } from "../../../engine/model";
import { toCluster } from "../../../inputs/kubernetes";
import { clusterOf } from "../../inputs/kubernetes-objects";
import { endpoint } from "../../builders";
import { answers, current } from "./cases";

const pod = (namespace: string, name: string): string =>
  `{apiVersion: apps/v1, kind: Deployment, metadata: {name: ${name}, namespace: ${namespace}}, spec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: c, image: i}]}}}}`;

const namespace = (name: string): string => `{apiVersion: v1, kind: Namespace, metadata: {name: ${name}}}`;

const clusterPolicy = (name: string, spec: string): string =>
  `{apiVersion: networking.k8s.aws/v1alpha1, kind: ClusterNetworkPolicy, metadata: {name: ${name}}, spec: {subject: {namespaces: {}}, ${spec}}}`;

const applicationPolicy = (spec: string): string =>
  `{apiVersion: networking.k8s.aws/v1alpha1, kind: ApplicationNetworkPolicy, metadata: {name: a, namespace: x}, spec: {podSelector: {matchLabels: {app: web}}, ${spec}}}`;

const networkPolicy = (spec: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: x}, spec: {podSelector: {matchLabels: {app: web}}, ${spec}}}`;

const town = (...objects: readonly string[]): Cluster =>
  clusterOf([namespace("x"), namespace("y"), pod("x", "web"), pod("y", "client"), ...objects].join("\n---\n"));

const from = (action: string, more = ""): string =>
  `{action: ${action}, from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: y}}}]${more}}`;
const settings: CniSettings = { ...current, controller: [1, 2, 0] };

const cni = (cluster: Cluster, set: CniSettings = settings, port = 80): string =>
  answers(cluster, "y/client", "x/web", port, set).split(" / ")[1] ?? "";

describe("ClusterNetworkPolicy of AWS", () => {
  test("is read by the VPC CNI and by nobody else", () => {
    const denied = town(clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${from("Deny")}]`));
    expect(answers(denied, "y/client", "x/web", 80, settings)).toBe("allowed / denied");
  });

  test("of one priority, Deny comes before Accept and Accept before Pass, wherever they are written", () => {
    const deny = from("Deny");
    const accept = from("Accept");
    const pass = from("Pass");
    expect(cni(town(clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${accept}, ${deny}]`)))).toBe("denied");
    expect(
      cni(town(networkPolicy("policyTypes: [Ingress]"), clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${pass}, ${accept}]`))),
    ).toBe("allowed");
    const two = [
      clusterPolicy("a", `tier: Admin, priority: 1, ingress: [${accept}]`),
      clusterPolicy("b", `tier: Admin, priority: 1, ingress: [${deny}]`),
    ];
    expect(cni(town(...two))).toBe("denied");
    const ordered = [
      clusterPolicy("a", `tier: Admin, priority: 1, ingress: [${accept}]`),
      clusterPolicy("b", `tier: Admin, priority: 2, ingress: [${deny}]`),
    ];
    expect(cni(town(...ordered))).toBe("allowed");
  });

  test("Admin is final, the namespace tier is final for whom it isolates, and Baseline speaks for the others", () => {
    const open = networkPolicy("policyTypes: [Ingress], ingress: [{}]");
    expect(cni(town(open, clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${from("Deny")}]`)))).toBe("denied");
    expect(cni(town(open, clusterPolicy("c", `tier: Baseline, priority: 1, ingress: [${from("Deny")}]`)))).toBe("allowed");
    expect(cni(town(clusterPolicy("c", `tier: Baseline, priority: 1, ingress: [${from("Deny")}]`)))).toBe("denied");
    const passed = clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${from("Pass")}]`);
    expect(cni(town(passed, networkPolicy("policyTypes: [Ingress]")))).toBe("denied");
    expect(cni(town(passed))).toBe("allowed");
  });

  test("ports limit a rule", () => {
    const some = town(
      clusterPolicy(
        "c",
        `tier: Admin, priority: 1, ingress: [${from("Deny", ", ports: [{portRange: {start: 80, end: 90}}, {portNumber: {port: 443}}]")}]`,
      ),
    );
    expect([79, 80, 90, 91, 443].map((port) => cni(some, settings, port))).toEqual(["allowed", "denied", "denied", "allowed", "denied"]);
  });

  test("before 1.21.1 nobody reads it; whether the withdrawn 1.21.0 does is not known", () => {
    const denied = town(clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${from("Deny")}]`));
    expect(cni(denied, { ...settings, version: [1, 20, 5] })).toBe("allowed");
    expect(cni(denied, { ...settings, version: [1, 21, 0] })).toBe("undecided");
    expect(cni(denied, { ...settings, version: unknown("most recent") })).toBe("undecided");
  });

  test("a rule whose first peer selects no namespace is dropped by faulty controllers, and nobody knows which one EKS runs", () => {
    const peers = "{namespaces: {matchLabels: {team: none}}}, {namespaces: {}}";
    const rule = town(clusterPolicy("c", `tier: Admin, priority: 1, ingress: [{action: Deny, from: [${peers}]}]`));
    expect(cni(rule, { ...settings, controller: [1, 1, 7] })).toBe("allowed");
    expect(cni(rule, { ...settings, controller: [1, 2, 0] })).toBe("denied");
    expect(cni(rule, current)).toBe("undecided");
  });

  test("domain names accept nothing on standard nodes, and on those of Auto Mode nobody knows what", () => {
    const rules = "egress: [{action: Accept, to: [{domainNames: [example.com]}]}, {action: Deny, to: [{networks: [0.0.0.0/0]}]}]";
    const isolated = town(
      networkPolicy("policyTypes: [Egress]"),
      clusterPolicy("c", `tier: Admin, priority: 1, ${rules.split(", {action: Deny")[0] ?? ""}]`),
    );
    expect(answers(isolated, "x/web", "ip:192.0.2.1", 443, settings)).toBe("denied / denied");
    const auto = { ...settings, nodes: { ...settings.nodes, autoMode: true } };
    expect(answers(isolated, "x/web", "ip:192.0.2.1", 443, auto)).toBe("denied / undecided");
  });
});

describe("ApplicationNetworkPolicy", () => {
  test("adds to the NetworkPolicies of its namespace", () => {
    const closed = town(
      networkPolicy("policyTypes: [Ingress]"),
      applicationPolicy("policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}}]}]"),
    );
    expect(cni(closed)).toBe("allowed");
    expect(cni(town(applicationPolicy("policyTypes: [Ingress]")))).toBe("denied");
  });

  test("without policyTypes it isolates nothing", () => {
    expect(cni(town(applicationPolicy("ingress: []")))).toBe("allowed");
  });

  test("an egress rule without peers allows nothing with the controller it was tried with", () => {
    const open = town(applicationPolicy("policyTypes: [Egress], egress: [{}]"));
    const out = (set: CniSettings): string => answers(open, "x/web", "y/client", 80, set);
    expect(out({ ...settings, controller: [1, 1, 7] })).toBe("allowed / denied");
    expect(out(current)).toBe("allowed / undecided");
  });
});

test("a flow to a Service is undecided where an AWS cluster-wide policy speaks of the sender's egress: nobody has said how it treats Services", () => {
  const service = "{apiVersion: v1, kind: Service, metadata: {name: web, namespace: x}, spec: {selector: {app: web}, ports: [{port: 80}]}}";
  const cluster = town(service, clusterPolicy("c", "tier: Admin, priority: 1, egress: [{action: Accept, to: [{namespaces: {}}]}]"));
  const to = { kind: "service", service: { namespace: "x", name: "web" } } as const;
  expect(vpcCni(cluster, settings).verdict({ from: endpoint(cluster, "y/client"), to, protocol: "TCP", port: 80 }).outcome).toBe(
    "undecided",
  );
});

test("a misspelt or impossible policy is refused with the path of its field", () => {
  const wrong = {
    apiVersion: "networking.k8s.aws/v1alpha1",
    kind: "ClusterNetworkPolicy",
    metadata: { name: "c" },
    spec: {
      tier: "Admin",
      priority: 1001,
      subject: { namespaces: {} },
      egress: [{ action: "Deny", to: [{ domainNames: ["example.com"] }] }],
    },
  };
  const { problems, value } = toCluster([{ object: wrong, location: {} }]);
  expect(problems.map(({ severity, field }) => `${severity} ${field ?? ""}`)).toContain("error spec.priority");
  expect(value.awsClusterPolicies).toBeUndefined();
});
