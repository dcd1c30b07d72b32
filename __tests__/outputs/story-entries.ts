/** What reports of stories list: rules, findings, expectations and changes. */
import type { ConnectionChange, ExpectationReport, Finding, ReportRule } from "../../engine/report";
import { after, api, at, before, connections, db, decided, flow, internet, inPlan, inYaml, none, unsure, web } from "./story-cluster";

export const rules: readonly ReportRule[] = [
  {
    code: "NP103",
    name: "inert-direction",
    title: "rules are written for a direction that `policyTypes` does not name",
    severity: "warning",
    category: "correctness",
    fixable: true,
    helpUri: "https://example.com/rules/np103-inert-direction",
    page: "# NP103 inert-direction\n\nRules are written for a direction the policy does not isolate.\n\n```yaml\npolicyTypes: [Ingress]\n```\n",
  },
  {
    code: "NP201",
    name: "open-to-the-internet",
    title: "a workload accepts connections from every address",
    severity: "error",
    category: "exposure",
    helpUri: "https://example.com/rules/np201-open-to-the-internet",
  },
  {
    code: "NP301",
    name: "not-isolated",
    title: "a workload that no policy isolates",
    severity: "info",
    category: "coverage",
    helpUri: "https://example.com/rules/np301-not-isolated",
  },
];

export const opened: Finding = {
  code: "NP201",
  name: "open-to-the-internet",
  severity: "error",
  subject: { kind: "NetworkPolicy", namespace: "shop", name: "allow-all" },
  message: "`shop/api` accepts TCP 8080 from every address",
  advice: "name the ranges that need it, or put a load balancer before it",
  location: at(41, "allow-all"),
  field: "spec.ingress[0].from[0].ipBlock.cidr",
  witness: flow(after, internet, api, 8080),
  because: decided(after, internet, api, 8080).ingress.allowedBy,
  fingerprint: "6f0d7f1b0f2a",
  helpUri: "https://example.com/rules/np201-open-to-the-internet",
  status: "new",
};

export const inert: Finding = {
  code: "NP103",
  name: "inert-direction",
  severity: "warning",
  subject: { kind: "NetworkPolicy", namespace: "shop", name: "dns" },
  message: "the egress rules of `shop/dns` have no effect, for `policyTypes` does not name Egress",
  advice: "add Egress to `policyTypes`",
  location: inYaml(14, 3),
  because: [],
  fix: "add Egress to `policyTypes`",
  fingerprint: "a8f0b7c01d5e",
  helpUri: "https://example.com/rules/np103-inert-direction",
  status: "new",
};

export const uncovered: Finding = {
  code: "NP301",
  name: "not-isolated",
  severity: "info",
  subject: { kind: "Deployment", namespace: "shop", name: "web" },
  message: "no policy isolates `shop/web` for egress",
  advice: "add a policy that names what it may connect to",
  location: inPlan,
  because: [],
  fingerprint: "0c9e61b1a7d4",
  helpUri: "https://example.com/rules/np301-not-isolated",
  status: "new",
};

export const accepted: Finding = {
  ...opened,
  subject: { kind: "NetworkPolicy", namespace: "shop", name: "front-door" },
  fingerprint: "77aa77aa77aa",
  status: "suppressed",
  suppression: { source: "netpol.config.yaml", reason: "CloudFront needs the public port", expires: "2027-03-31" },
};

export const isolated: ExpectationReport = {
  id: "api-isolated",
  statement: "only shop/web → shop/api TCP 8080",
  kind: "only",
  result: "failed",
  severity: "error",
  because: "the API holds customer data",
  witness: flow(after, internet, api, 8080),
  pairs: 6,
  location: { file: "expectations/shop.yaml", line: 7, column: 5 },
};

export const held: ExpectationReport = {
  id: "web-to-api",
  statement: "allow shop/web → shop/api TCP 8080",
  kind: "allow",
  result: "passed",
  severity: "error",
  witness: flow(after, web, api, 8080),
  pairs: 1,
  location: { file: "expectations/shop.yaml", line: 2, column: 5 },
};

export const gone: ExpectationReport = {
  id: "cache-closed",
  statement: "deny everyone → shop/cache",
  kind: "deny",
  result: "failed",
  severity: "warning",
  problem: "`shop/cache` is no workload of the input",
  pairs: 0,
  location: { file: "expectations/shop.yaml", line: 15, column: 5 },
};

export const late: ExpectationReport = {
  id: "db-closed",
  statement: "deny shop/web → shop/db TCP 5432",
  kind: "deny",
  result: "undecided",
  severity: "error",
  witness: flow(unsure, web, db, 5432),
  pairs: 1,
  observed: "the connection hangs until it times out",
  location: { file: "expectations/shop.yaml", line: 20, column: 5 },
};

export const change: ConnectionChange = {
  kind: "added",
  from: internet,
  to: api,
  before: none,
  after: connections("TCP 8080"),
  opened: "TCP 8080",
  closed: "none",
  exposure: true,
  causes: {
    policies: [{ kind: "NetworkPolicy", namespace: "shop", name: "allow-all", location: at(41, "allow-all"), change: "added" }],
    workloads: [],
    namespaces: [],
  },
  example: {
    from: internet,
    to: api,
    protocol: "TCP",
    port: 8080,
    before: decided(before, internet, api, 8080),
    after: decided(after, internet, api, 8080),
  },
};

export const lost: ConnectionChange = {
  kind: "removed",
  from: web,
  to: db,
  before: connections("TCP 5432"),
  after: none,
  opened: "none",
  closed: "TCP 5432",
  exposure: false,
  causes: { policies: [], workloads: ["shop/db"], namespaces: ["shop"] },
};

export const other: ConnectionChange = {
  ...lost,
  kind: "changed",
  to: api,
  before: connections("all"),
  after: connections("none", "TCP 80"),
};
