import { type CniSettings, vpcCni } from "../../../engine";
import { type Cluster, unknown } from "../../../engine/model";
import { toCluster } from "../../../inputs/kubernetes";
import { clusterOf } from "../../inputs/kubernetes-objects";
import { answers, causes, cniFlow, current, reported } from "./cases";

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

/** Both answers for the flow that all of these are about. */
const both = (cluster: Cluster, set: CniSettings = settings, port = 80): string => answers(cluster, "y/client", "x/web", port, set);

describe("ClusterNetworkPolicy of AWS", () => {
  test("is read by the VPC CNI and by nobody else", () => {
    const denied = town(clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${from("Deny")}]`));
    expect(answers(denied, "y/client", "x/web", 80, settings)).toBe("allowed / denied");
  });

  test("is read by nobody in a cluster older than 1.29, and perhaps by nobody where its version is not known", () => {
    const denied = town(clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${from("Deny")}]`));
    expect(both(denied, { ...settings, kubernetes: [1, 27] })).toBe("allowed / allowed");
    expect(both(denied, { ...settings, kubernetes: [1, 28] })).toBe("allowed / allowed");
    expect(both(denied, { ...settings, kubernetes: [1, 29] })).toBe("allowed / denied");
    expect(both(denied, { ...settings, kubernetes: unknown("the version") })).toBe("allowed / undecided");
    const isolated = town(applicationPolicy("policyTypes: [Ingress]"));
    expect(both(isolated, { ...settings, kubernetes: [1, 28] })).toBe("allowed / allowed");
    expect(both(isolated, { ...settings, kubernetes: [1, 29] })).toBe("allowed / denied");
  });

  test("of one priority, Deny comes before Accept and Accept before Pass, wherever they are written", () => {
    const deny = from("Deny");
    const accept = from("Accept");
    const pass = from("Pass");
    expect(both(town(clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${accept}, ${deny}]`)))).toBe("allowed / denied");
    expect(
      both(town(networkPolicy("policyTypes: [Ingress]"), clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${pass}, ${accept}]`))),
    ).toBe("denied / allowed");
    const two = [
      clusterPolicy("a", `tier: Admin, priority: 1, ingress: [${accept}]`),
      clusterPolicy("b", `tier: Admin, priority: 1, ingress: [${deny}]`),
    ];
    expect(both(town(...two))).toBe("allowed / denied");
    const ordered = [
      clusterPolicy("a", `tier: Admin, priority: 1, ingress: [${accept}]`),
      clusterPolicy("b", `tier: Admin, priority: 2, ingress: [${deny}]`),
    ];
    expect(both(town(...ordered))).toBe("allowed / allowed");
  });

  test("Admin is final, the namespace tier is final for whom it isolates, and Baseline speaks for the others", () => {
    const open = networkPolicy("policyTypes: [Ingress], ingress: [{}]");
    expect(both(town(open, clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${from("Deny")}]`)))).toBe("allowed / denied");
    expect(both(town(open, clusterPolicy("c", `tier: Baseline, priority: 1, ingress: [${from("Deny")}]`)))).toBe("allowed / allowed");
    expect(both(town(clusterPolicy("c", `tier: Baseline, priority: 1, ingress: [${from("Deny")}]`)))).toBe("allowed / denied");
    const passed = clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${from("Pass")}]`);
    expect(both(town(passed, networkPolicy("policyTypes: [Ingress]")))).toBe("denied / denied");
    expect(both(town(passed))).toBe("allowed / allowed");
  });

  test("ports limit a rule", () => {
    const some = town(
      clusterPolicy(
        "c",
        `tier: Admin, priority: 1, ingress: [${from("Deny", ", ports: [{portRange: {start: 80, end: 90}}, {portNumber: {port: 443}}]")}]`,
      ),
    );
    expect([79, 80, 90, 91, 443].map((port) => both(some, settings, port))).toEqual(
      ["allowed", "denied", "denied", "allowed", "denied"].map((enforced) => `allowed / ${enforced}`),
    );
  });

  test("before 1.21.1 nobody reads it; whether the withdrawn 1.21.0 does is not known", () => {
    const denied = town(clusterPolicy("c", `tier: Admin, priority: 1, ingress: [${from("Deny")}]`));
    expect(both(denied, { ...settings, version: [1, 20, 5] })).toBe("allowed / allowed");
    expect(both(denied, { ...settings, version: [1, 21, 0] })).toBe("allowed / undecided");
    expect(both(denied, { ...settings, version: unknown("most recent") })).toBe("allowed / undecided");
  });

  test("a rule whose first peer selects no namespace is dropped by faulty controllers, and nobody knows which one EKS runs", () => {
    const peers = "{namespaces: {matchLabels: {team: none}}}, {namespaces: {}}";
    const rule = town(clusterPolicy("c", `tier: Admin, priority: 1, ingress: [{action: Deny, from: [${peers}]}]`));
    expect(both(rule, { ...settings, controller: [1, 1, 7] })).toBe("allowed / allowed");
    expect(both(rule, { ...settings, controller: [1, 2, 0] })).toBe("allowed / denied");
    expect(both(rule, current)).toBe("allowed / undecided");
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

describe("what the controller may not carry out", () => {
  const faulty: CniSettings = { ...settings, controller: [1, 1, 7] };

  test("a NetworkPolicy and an ApplicationNetworkPolicy of one name write over each other: nobody knows which is there", () => {
    const open = "policyTypes: [Ingress], ingress: [{}]";
    const named = (name: string): string => applicationPolicy("policyTypes: [Ingress]").replace("name: a,", `name: ${name},`);
    expect(both(town(networkPolicy(open), named("n")))).toBe("allowed / undecided");
    expect(both(town(networkPolicy(open), named("other")))).toBe("allowed / allowed");
    expect(both(town(networkPolicy("policyTypes: [Ingress]"), named("n")))).toBe("denied / undecided");
    const cni = vpcCni(town(networkPolicy(open), named("n")), settings);
    const { ingress } = cni.verdict(cniFlow(cni.cluster, "y/client", "x/web"));
    expect(ingress.reasons).toContainEqual(
      expect.objectContaining({ kind: "deviation", deviation: "aws-kinds", because: unknown(expect.stringContaining("x/n") as string) }),
    );
    expect(causes(cni.cluster, settings)).toEqual(new Set(["aws-kinds"]));
  });

  test("a port without a protocol stops faulty controllers, and with them every policy", () => {
    const bare = applicationPolicy("policyTypes: [Ingress], ingress: [{ports: [{port: 80}]}]");
    const elsewhere = bare.replace("namespace: x", "namespace: y");
    const whole = town(networkPolicy("policyTypes: [Ingress]"), elsewhere);
    expect(both(whole, faulty)).toBe("denied / undecided");
    expect(both(whole, current)).toBe("denied / undecided");
    expect(both(whole)).toBe("denied / denied");
    expect(both(town(bare))).toBe("allowed / allowed");
    const written = elsewhere.replace("port: 80", "port: 80, protocol: TCP");
    expect(both(town(networkPolicy("policyTypes: [Ingress]"), written), faulty)).toBe("denied / denied");
  });

  test("so does a port name of a cluster-wide policy, which cannot carry one, except beside domain names", () => {
    const named = (egress: string): string =>
      clusterPolicy("c", `tier: Admin, priority: 1, egress: [{action: Accept, ${egress}, ports: [{namedPort: http}]}]`);
    const closed = networkPolicy("policyTypes: [Ingress]");
    expect(both(town(closed, named("to: [{networks: [192.0.2.0/24]}]")), faulty)).toBe("denied / undecided");
    expect(both(town(closed, named("to: [{networks: [192.0.2.0/24]}]")))).toBe("denied / denied");
    expect(both(town(closed, named("to: [{domainNames: [example.com]}]")), faulty)).toBe("denied / denied");
  });

  test("the policies that it may not carry out are reported, with the kind that is to be looked at", () => {
    const whole = town(
      networkPolicy("policyTypes: [Ingress]"),
      applicationPolicy("policyTypes: [Ingress], ingress: [{ports: [{port: 80}]}]"),
    );
    expect(answers(whole, "y/client", "x/web", 80, faulty)).toBe("denied / undecided");
    expect(reported(whole, faulty)).not.toEqual([]);
    expect(reported(whole, faulty).every((each) => each.includes("aws-kinds (review the AWS policy)"))).toBe(true);
  });
});

describe("ApplicationNetworkPolicy", () => {
  test("what only such a policy closes is reported as well", () => {
    const closed = town(applicationPolicy("policyTypes: [Ingress]"));
    expect(both(closed)).toBe("allowed / denied");
    expect(causes(closed, settings)).toEqual(new Set(["aws-kinds"]));
  });

  test("domain names with a port name open every port of the protocol to addresses nobody knows, where names are read", () => {
    const named = town(
      applicationPolicy("policyTypes: [Egress], egress: [{to: [{domainNames: [example.com]}], ports: [{port: https, protocol: TCP}]}]"),
    );
    const auto = { ...settings, nodes: { ...settings.nodes, autoMode: true } };
    expect(answers(named, "x/web", "ip:192.0.2.1", 443, settings)).toBe("allowed / denied");
    expect(answers(named, "x/web", "ip:192.0.2.1", 8443, auto)).toBe("allowed / undecided");
    const numbered = town(
      applicationPolicy("policyTypes: [Egress], egress: [{to: [{domainNames: [example.com]}], ports: [{port: 443, protocol: TCP}]}]"),
    );
    expect(answers(numbered, "x/web", "ip:192.0.2.1", 443, auto)).toBe("allowed / undecided");
    expect(answers(numbered, "x/web", "ip:192.0.2.1", 8443, auto)).toBe("allowed / denied");
  });

  test("a rule is named by its place, whatever rules before it say nothing", () => {
    const rules = "egress: [{to: [{domainNames: [example.com]}]}, {to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]";
    const cni = vpcCni(town(applicationPolicy(`policyTypes: [Egress], ${rules}`)), settings);
    const { egress } = cni.verdict(cniFlow(cni.cluster, "x/web", "ip:192.0.2.1"));
    expect(egress.reasons).toMatchObject([{ kind: "rule", rule: { direction: "egress", rule: 1 } }]);
  });

  test("adds to the NetworkPolicies of its namespace", () => {
    const closed = town(
      networkPolicy("policyTypes: [Ingress]"),
      applicationPolicy("policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}}]}]"),
    );
    expect(both(closed)).toBe("denied / allowed");
    expect(both(town(applicationPolicy("policyTypes: [Ingress]")))).toBe("allowed / denied");
  });

  test("without policyTypes it isolates nothing", () => {
    expect(both(town(applicationPolicy("ingress: []")))).toBe("allowed / allowed");
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
  expect(answers(cluster, "y/client", "svc:x/web", 80, settings)).toBe("allowed / undecided");
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
