/** One report for each story a reader meets; what the engine says in them is asked from the engine. */
import type {
  CheckReport,
  DiffReport,
  ExplainReport,
  ExposureReport,
  ListReport,
  MatrixReport,
  Report,
  ReportEnd,
  RulesReport,
  SuggestReport,
  SuppressionsReport,
} from "../../engine/report";
import { accepted, change, gone, held, inert, isolated, late, lost, opened, other, rules, uncovered } from "./story-entries";
import { after, api, connections, db, decided, flow, internet, inPlan, inYaml, none, unsure, web } from "./story-cluster";

const whole = {
  inputs: [{ name: "cdktf.out", kind: "cdktf", stack: "policies", objects: 6, opaque: [], incomplete: [] }],
  notes: [],
  unknowns: [],
} as const;

const enforced = {
  state: "enforced",
  grounds: [
    {
      message: "the VPC CNI add-on sets `enableNetworkPolicy`",
      location: { address: "aws_eks_addon.vpc-cni", created: { file: "stacks/cluster.ts", line: 12 } },
      code: "VPC001",
    },
  ],
  policies: [],
} as const;

const openedToTheInternet: CheckReport = {
  kind: "check",
  ...whole,
  enforcement: enforced,
  gate: { result: "failed", because: ["1 expectation does not hold", "1 error", "1 new exposure"] },
  summary: {
    workloads: 3,
    namespaces: 1,
    policies: 3,
    isolated: { ingress: 3, egress: 0 },
    findings: { error: 1, warning: 1, info: 1, suppressed: 1, baselined: 0 },
    expectations: { passed: 1, failed: 2, undecided: 0 },
    diff: { added: 1, removed: 1, changed: 1 },
  },
  findings: [inert, uncovered, opened, accepted],
  expectations: [held, isolated, gone],
  diff: [lost, other, change],
  rules,
  rulesNotRun: [{ code: "NP401", because: "it needs a plan" }],
};

const nothingWrong: CheckReport = {
  ...openedToTheInternet,
  gate: { result: "passed", because: [] },
  summary: {
    ...openedToTheInternet.summary,
    findings: { error: 0, warning: 0, info: 0, suppressed: 0, baselined: 0 },
    expectations: { passed: 1, failed: 0, undecided: 0 },
    diff: { added: 0, removed: 0, changed: 0 },
  },
  findings: [],
  expectations: [held],
  diff: [],
  rulesNotRun: [],
};

const undecidedPlan: CheckReport = {
  ...nothingWrong,
  inputs: [
    {
      name: "plan.json",
      kind: "plan",
      objects: 6,
      opaque: [{ location: { address: "helm_release.monitoring" }, because: "the objects of a Helm release are not in the plan" }],
      incomplete: ["it was made with -target, so other resources may change as well"],
    },
  ],
  enforcement: { state: "unknown", grounds: [], policies: [{ kind: "NetworkPolicy", namespace: "shop", name: "late" }] },
  notes: [{ severity: "warning", message: "label `app` is set twice", location: inPlan }],
  unknowns: [{ because: 'kubernetes_network_policy_v1.late spec[0].pod_selector[0].match_labels["app"]', location: inPlan }],
  gate: { result: "undecided", because: ["1 expectation cannot be decided"] },
  summary: {
    ...nothingWrong.summary,
    findings: { ...nothingWrong.summary.findings, info: 1 },
    expectations: { passed: 1, failed: 0, undecided: 1 },
  },
  expectations: [held, late],
  findings: [uncovered],
  timings: [
    { phase: "read", ms: 12.4 },
    { phase: "evaluate", ms: 103 },
  ],
};

const oneFlowOpened: DiffReport = {
  kind: "diff",
  ...whole,
  enforcement: enforced,
  gate: { result: "passed", because: [] },
  connections: [change],
  workloadsAdded: ["shop/cache"],
  workloadsRemoved: [],
  unchangedPairs: 11,
};

const whyDenied: ExplainReport = {
  kind: "explain",
  ...whole,
  enforcement: { state: "none", grounds: [{ message: "the VPC CNI add-on does not set `enableNetworkPolicy`" }], policies: [] },
  from: web,
  to: db,
  asked: "shop/web → shop/db TCP 5432",
  before: {
    connections: connections("none", "TCP 5432"),
    flows: [{ ...flow(unsure, web, db, 5432), ports: "TCP 5432" }],
    remedies: [],
  },
  after: {
    connections: none,
    flows: [{ ...flow(after, web, db, 5432), ports: "TCP 5432" }],
    remedies: [
      {
        goal: "allow",
        description: "add a policy that lets shop/web reach shop/db",
        yaml: "kind: NetworkPolicy\nmetadata:\n  namespace: shop\n  name: db-from-web\n",
        alsoOpens: [],
      },
      { goal: "allow", description: "remove shop/default-deny", alsoOpens: ["internet → shop/web all", "internet → shop/db all"] },
    ],
  },
  layers: [
    { layer: "vpc-cni", outcome: "allowed", message: "policies are not enforced" },
    { layer: "security-group", outcome: "denied", message: "no rule lets TCP 5432 in", location: { address: "aws_security_group.db" } },
  ],
  service: {
    name: "shop/db",
    port: 5432,
    backends: [
      { workload: "shop/db", port: 5432, outcome: "denied", ingress: decided(after, web, db, 5432).ingress },
      { workload: "shop/api", port: 8080, ...decided(after, web, api, 8080) },
    ],
  },
};

const whoReachesWhom: ListReport = {
  kind: "list",
  ...whole,
  enforcement: enforced,
  connections: [
    { from: web, to: api, connections: connections("TCP 8080"), because: ["ingress: shop/api-from-web ingress[0]"] },
    { from: web, to: internet, connections: connections("all"), because: [] },
    { from: internet, to: api, connections: connections("none", "TCP 8080"), because: ["ingress: shop/allow-all ingress[0]"] },
  ],
};

const matrixOfWorkloads: MatrixReport = {
  kind: "matrix",
  ...whole,
  enforcement: enforced,
  by: "workload",
  rows: [web, api, internet],
  columns: [web, api, internet],
  cells: [
    [null, { summary: "some", connections: connections("TCP 8080") }, { summary: "all", connections: connections("all") }],
    [{ summary: "none", connections: none }, null, { summary: "all", connections: connections("all") }],
    [
      { summary: "undecided", connections: connections("none", "TCP 80") },
      { summary: "some", connections: connections("TCP 8080"), change: "added" },
      null,
    ],
  ],
};

const namespace = (name: string): ReportEnd => ({ kind: "workload", name, namespace: name });

const matrixOfNamespaces: MatrixReport = {
  ...matrixOfWorkloads,
  by: "namespace",
  rows: [namespace("shop"), namespace("kube-system")],
  columns: [namespace("shop"), namespace("kube-system")],
  cells: [
    [
      { summary: "some", connections: connections("TCP 8080"), pairs: { connected: 3, all: 6 } },
      { summary: "all", connections: connections("all"), pairs: { connected: 9, all: 9 } },
    ],
    [
      { summary: "none", connections: none, pairs: { connected: 0, all: 9 }, change: "removed" },
      { summary: "undecided", connections: connections("none", "all"), pairs: { connected: 0, all: 6 } },
    ],
  ],
};

const whoIsExposed: ExposureReport = {
  kind: "exposure",
  ...whole,
  enforcement: enforced,
  workloads: [
    { workload: api, direction: "ingress", isolated: "yes", entries: [{ other: internet, connections: connections("TCP 8080") }] },
    { workload: api, direction: "egress", isolated: "no", entries: [{ other: internet, connections: connections("all") }] },
    { workload: db, direction: "ingress", isolated: "yes", entries: [] },
    {
      workload: db,
      direction: "egress",
      isolated: "maybe",
      entries: [
        { other: { kind: "unlisted", name: "pods labelled app=web in shop", namespace: "shop" }, connections: connections("none", "all") },
      ],
    },
  ],
};

const suggestedPolicies: SuggestReport = {
  kind: "suggest",
  ...whole,
  enforcement: enforced,
  policies: [
    { ref: { kind: "NetworkPolicy", namespace: "shop", name: "api" }, yaml: "kind: NetworkPolicy\nmetadata:\n  name: api\n" },
    { ref: { kind: "NetworkPolicy", namespace: "shop", name: "db" }, yaml: "kind: NetworkPolicy\nmetadata:\n  name: db\n" },
  ],
  proof: { exact: false, differences: ["shop/web → shop/web TCP 80 is also allowed: they have the same labels"] },
  problems: ["`shop/cache` is no workload of the input"],
};

const allRules: RulesReport = { kind: "rules", rules };
const oneRule: RulesReport = { kind: "rules", rules: rules.slice(0, 1) };

const everySuppression: SuppressionsReport = {
  kind: "suppressions",
  suppressions: [
    {
      code: "NP201",
      source: "netpol.config.yaml",
      target: "NetworkPolicy shop/front-door",
      reason: "CloudFront needs the public port",
      expires: "2027-03-31",
      owner: "team-a",
      state: "used",
      location: { file: "netpol.config.yaml", line: 12 },
    },
    {
      code: "NP103",
      source: "annotation",
      target: "NetworkPolicy shop/dns",
      reason: "removed in the next release",
      expires: "2026-01-31",
      state: "expired",
      location: inYaml(14, 3),
    },
  ],
};

/** Each story by its folder under `golden/`. */
export const stories: Readonly<Record<string, Report>> = {
  "opened-to-the-internet": openedToTheInternet,
  "nothing-wrong": nothingWrong,
  "undecided-plan": undecidedPlan,
  "one-flow-opened": oneFlowOpened,
  "why-denied": whyDenied,
  "who-reaches-whom": whoReachesWhom,
  "matrix-of-workloads": matrixOfWorkloads,
  "matrix-of-namespaces": matrixOfNamespaces,
  "who-is-exposed": whoIsExposed,
  "suggested-policies": suggestedPolicies,
  "all-rules": allRules,
  "one-rule": oneRule,
  "every-suppression": everySuppression,
};
