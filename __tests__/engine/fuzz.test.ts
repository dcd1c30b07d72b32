/** Whatever the engine is given, it answers or throws a ModelError: every public question, on clusters read from any JSON and on nonsense. */
import fc from "fast-check";
import * as engine from "../../engine";
import {
  checkExpectations,
  comparePolicies,
  assumedCniSettings,
  diff,
  divergences,
  type Evaluation,
  evaluate,
  evaluateChange,
  explain,
  exposure,
  findRedundancy,
  migrateCluster,
  migratePolicies,
  minimiseReachability,
  partsOf,
  proveExactly,
  reachability,
  reachService,
  serviceEntry,
  synthesize,
  update,
  verdict,
  vpcCni,
  whatIf,
  withoutParts,
} from "../../engine";
import {
  type Cluster,
  type Endpoint,
  type Flow,
  ModelError,
  type NetworkPolicy,
  protocols,
  type Service,
  shown,
  type Workload,
} from "../../engine/model";
import { toCluster } from "../../inputs/kubernetes";
import { anyCluster } from "../arbitraries/cluster";
import { anyKubernetesObject, anyPolicySpec } from "../arbitraries/kubernetes-json";
import { withService } from "../arbitraries/service";
import { withUnknowns } from "../arbitraries/unknowns";
import { cluster } from "../builders";
import { located } from "../inputs/kubernetes-objects";
import { check } from "../property-runs";

const anyText = fc.oneof(
  fc.string(),
  fc.constantFrom("10.0.0.0/8", "10.0.0.0/33", "10.0.0.0/08", "010.0.0.1", "::/0", "::ffff:1.2.3.4", "fe80::1%eth0", "::1/129", "/8", ""),
  fc.constantFrom("__proto__", "constructor", "app", "kubernetes.io/metadata.name", "ns0", "service"),
);
const anyPort = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 80, 65535, 65536));

/** What to ask about: ends by number, and any text or number where a question takes one. */
const anyQuestion = fc.record({
  from: fc.nat(99),
  to: fc.nat(99),
  text: anyText,
  value: anyText,
  port: anyPort,
  protocol: fc.constantFrom(...protocols),
  kind: fc.constantFrom("workload", "workload", "pod", "pod", "address", "stranger"),
});
type Question = typeof anyQuestion extends fc.Arbitrary<infer Q> ? Q : never;

const stranger = cluster().namespace("elsewhere").pod("stranger").build().workloads[0] as Workload;

function endOf({ workloads }: Cluster, number: number, { kind, text }: Question): Endpoint {
  if (kind === "address") return { kind, address: text };
  const workload = (kind === "stranger" ? undefined : workloads[number % Math.max(1, workloads.length)]) ?? stranger;
  const pod = kind === "pod" ? (workload.pods?.[0] ?? { name: text, ips: [] }) : undefined;
  return { kind: "workload", workload, ...(pod === undefined ? {} : { pod }) };
}

const workloadOf = (end: Endpoint): Workload => (end.kind === "workload" ? end.workload : stranger);

interface Asked {
  readonly evaluation: Evaluation;
  readonly question: Question;
  readonly flow: Flow;
}

/** Every question the engine answers, by the name of the function. */
const questions: Readonly<Record<string, (asked: Asked) => unknown>> = {
  verdict: ({ evaluation, flow }) => verdict(evaluation, flow),
  explain: ({ evaluation, flow }) => explain(evaluation, flow, { pairs: 4 }),
  reachability: ({ evaluation, flow: { from, to } }) => [
    reachability(evaluation).between(workloadOf(from), workloadOf(to)),
    reachability(evaluation).connections(from, to),
    reachability(evaluation).from(workloadOf(from)),
    reachability(evaluation).withAddresses(workloadOf(to), "ingress"),
  ],
  exposure: ({ evaluation, flow: { to } }) => exposure(evaluation, workloadOf(to)),
  checkExpectations: ({ evaluation, flow: { protocol, port }, question: { text, value } }) =>
    checkExpectations({ evaluation }, [
      {
        id: "asked",
        kind: "deny",
        from: [{ cidr: text }, { service: value }, { namespace: text }],
        to: [{ kind: "any" }, { workload: value }],
        ports: [
          { protocol, from: port, to: port },
          { protocol, name: text },
        ],
      },
    ]),
  reachService: ({ evaluation, flow: { from, protocol, port }, question: { text, value } }) =>
    evaluation.cluster.services.length === 0
      ? reachService(evaluation, from, { namespace: text, name: value }, port)
      : evaluation.cluster.services.map((service) => reachService(evaluation, from, refOf(service), port, protocol)),
  serviceEntry: ({ evaluation, question: { text } }) =>
    [...evaluation.cluster.services.map(refOf), { namespace: text, name: text }].map((ref) => serviceEntry(evaluation, ref)),
  divergences: ({ evaluation, flow }) => {
    const plugin = vpcCni(evaluation.cluster, assumedCniSettings);
    return [plugin.verdict(flow), divergences(plugin, { pairs: 20 })];
  },
  update: ({ evaluation }) => update(evaluation, { ...evaluation.cluster, policies: evaluation.cluster.policies.slice(1) }),
  evaluateChange: ({ evaluation: { cluster } }) => evaluateChange(cluster, { ...cluster, policies: cluster.policies.slice(1) }),
  diff: ({ evaluation }) => diff(evaluation, evaluate({ ...evaluation.cluster, policies: [] })),
  whatIf: ({ evaluation, flow: { to }, question: { text, value, kind } }) =>
    whatIf(evaluation, {
      on: kind === "address" ? { kind: "namespace", name: text } : { kind: "workload", workload: workloadOf(to) },
      key: text,
      value,
    }),
  comparePolicies: ({ evaluation: { cluster: within } }) => comparePolicies(within, within, { policies: [], clusterPolicies: [] }),
  findRedundancy: ({ evaluation }) => findRedundancy(evaluation),
  partsOf: ({ evaluation: { cluster: within } }) => withoutParts(within, partsOf(within).slice(0, 2)),
  minimiseReachability: ({ evaluation }) => minimiseReachability(evaluation),
  migrateCluster: ({ evaluation: { cluster: within } }) => migrateCluster(within),
  migratePolicies: ({ evaluation: { cluster: within } }) => migratePolicies(within.clusterPolicies),
  synthesize: ({ evaluation: { cluster: within }, flow, question }) => synthesize(within, [requiredFlow(flow, question)]),
  proveExactly: ({ evaluation: { cluster: within }, flow, question }) =>
    proveExactly(within, within.policies, [requiredFlow(flow, question)], { namespaces: [question.text] }),
};

const refOf = ({ namespace, name }: Service) => ({ namespace: shown(namespace), name: shown(name) });

const requiredFlow = ({ from, to, protocol, port }: Flow, { text }: Question) => ({
  from: { kind: "workload", workload: workloadOf(from) } as const,
  to: to.kind === "address" ? ({ kind: "addresses", cidr: text } as const) : ({ kind: "workload", workload: to.workload } as const),
  protocol,
  ports: port,
});

/** Asks everything; returns how many questions were answered. Anything thrown but a ModelError with a message fails the test. */
function askEverything(within: Cluster, question: Question): number {
  const evaluation = answerOf("evaluate", () => evaluate(within));
  if (evaluation === undefined) return 0;
  const flow: Flow = {
    from: endOf(within, question.from, question),
    to: endOf(within, question.to, { ...question, kind: question.kind === "address" ? "workload" : question.kind }),
    protocol: question.protocol,
    port: question.port,
  };
  const answers = Object.entries(questions).map(([name, ask]) => answerOf(name, () => ask({ evaluation, question, flow })));
  return answers.filter((answer) => answer !== undefined).length;
}

function answerOf<T>(name: string, ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    expect({ name, error, isTyped: error instanceof ModelError }).toEqual({ name, error, isTyped: true });
    expect((error as Error).message).not.toBe("");
    return undefined;
  }
}

/** Mostly as it should be: with one thing wrong at a time, a question gets as far as that. */
const mostly = <T>(right: T, wrong: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: wrong });

/** Clusters as no reader would make them: any text for an address, any number for a port. */
const anyNonsense = fc
  .record({
    cidr: mostly("10.0.0.0/8", anyText),
    except: mostly("10.1.0.0/16", anyText),
    from: mostly(80, anyPort),
    to: mostly(90, anyPort),
    ip: mostly("10.0.0.1", anyText),
    nodeAddress: mostly("172.30.0.1", anyText),
    podCidr: mostly("10.0.0.0/8", anyText),
  })
  .map(({ cidr, except, from, to, ip, nodeAddress, podCidr }): Cluster => {
    const base = cluster().namespace("x").pod("a").pod("b").build();
    const policy: NetworkPolicy = {
      namespace: "x",
      name: "p",
      subject: {},
      ingress: [{ peers: [{ kind: "ipBlock", cidr, except: [except] }], ports: [{ kind: "range", protocol: "TCP", from, to }] }],
    };
    const workloads = base.workloads.map((workload): Workload => ({ ...workload, pods: [{ name: "one", ips: [ip], node: "n" }] }));
    return { ...base, workloads, policies: [policy], nodes: [{ name: "n", labels: {}, addresses: [nodeAddress] }], podCidrs: [podCidr] };
  });

const pods = ["a", "b"].map((name) => located({ apiVersion: "v1", kind: "Pod", metadata: { name }, status: { podIP: "10.0.0.1" } }));
const anyRead = fc
  .array(
    fc.oneof(
      anyPolicySpec.map((spec) => ({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "p" }, spec })),
      anyKubernetesObject,
    ),
    { maxLength: 4 },
  )
  .map((objects) => toCluster([...pods, ...objects.map((object, index) => located(object, index + 3))], { tolerant: true }).value);

test.each([
  ["clusters read from any JSON", anyRead, 120],
  ["clusters with values of no sense", anyNonsense, 120],
  ["clusters that make sense", withUnknowns(withService(anyCluster({ tiers: true, hostNetwork: true }))), 15],
] as const)("about %s, every question is answered or refused with a ModelError", (name, clusters, cases) => {
  let answered = 0;
  check(
    `fuzz, ${name}`,
    cases,
    fc.property(clusters, anyQuestion, (drawn, question) => {
      answered += askEverything(drawn, question);
    }),
  );
  expect(answered).toBeGreaterThan(cases);
});

test("no public question is left out", () => {
  const asked = Object.values(questions).map(String).join("\n");
  const constructors = ["ConnectionSet", "IpSet", "PortSet"];
  const functions = Object.entries(engine)
    .filter(([name, value]) => typeof value === "function" && !constructors.includes(name))
    .map(([name]) => name);
  // They take what the engine made itself, or are asked below.
  const elsewhere = ["evaluate", "formatAddress", "parseAddress", "networkPolicyRef", "selects", "withChanges"];
  const versions = ["parseCniVersion", "compareVersions"];
  const known = (name: string): boolean => asked.includes(name) || [...elsewhere, ...versions].includes(name);
  expect(functions.filter((name) => !known(name))).toEqual([]);
});

test("whatever the text or number, what is read from it is a value or a ModelError", () => {
  const readers: Readonly<Record<string, (text: string, port: number) => unknown>> = {
    parseAddress: (text) => engine.parseAddress(text),
    cidr: (text) => engine.IpSet.cidr(text),
    ports: (_, port) => engine.PortSet.of(port, port),
    version: (text) => engine.parseCniVersion(text),
  };
  let read = 0;
  const property = fc.property(anyText, anyPort, (text, port) => {
    for (const [name, reader] of Object.entries(readers)) if (answerOf(name, () => reader(text, port)) !== undefined) read++;
  });
  check("fuzz, texts and numbers", 500, property);
  expect(read).toBeGreaterThan(100);
});
