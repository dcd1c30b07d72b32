import { z } from "zod";

/** The parts of reports as schemas, each named as its type in `engine/report` and `engine/decision`. See `report-schema.ts`. */

const text = z.string();
const count = z.int().min(0);
const optional = <T extends z.ZodType>(schema: T): z.ZodExactOptional<T> => z.exactOptional(schema);
const named = <T extends z.ZodType>(id: string, description: string, schema: T): T => schema.meta({ id, description });

export const protocol = z.enum(["TCP", "UDP", "SCTP"]);
export const outcome = z.enum(["allowed", "denied", "undecided"]);
export const direction = z.enum(["ingress", "egress"]);
export const severity = z.enum(["error", "warning", "info"]);
const port = z.int().min(1).max(65535);

export const location = named(
  "Location",
  "Where an object was written. Lines and columns count from 1.",
  z.strictObject({
    file: optional(text),
    line: optional(z.int().min(1)),
    column: optional(z.int().min(1)),
    pointer: optional(text),
    address: optional(text),
    constructPath: optional(text),
    created: optional(z.strictObject({ file: text, line: z.int().min(1) })),
  }),
);

const unknown = named(
  "Unknown",
  "A value that is not known, and where it comes from.",
  z.strictObject({ unknown: z.literal(true), because: text }),
);
const textOrUnknown = z.union([text, unknown]);

const policyRefShape = {
  kind: z.enum(["NetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"]),
  namespace: optional(textOrUnknown),
  name: textOrUnknown,
  location: optional(location),
};
export const policyRef = named("PolicyRef", "Names a policy of any kind.", z.strictObject(policyRefShape));

const ruleRefShape = {
  policy: policyRef,
  direction,
  rule: count,
  peer: optional(count),
  port: optional(count),
  undecided: optional(unknown),
};
export const ruleRef = named("RuleRef", "One rule of a policy; indexes count from 0.", z.strictObject(ruleRefShape));

const clusterRuleRef = named(
  "ClusterRuleRef",
  "A rule of a cluster-wide policy that matches the flow.",
  z.strictObject({
    ...ruleRefShape,
    tier: z.enum(["Admin", "Baseline"]),
    action: z.union([z.enum(["Accept", "Deny", "Pass"]), unknown]),
    name: optional(text),
  }),
);

export const directionVerdict = named(
  "DirectionVerdict",
  "Why one end lets a flow through or not.",
  z.strictObject({
    direction,
    outcome,
    decidedBy: z.enum(["Admin", "NetworkPolicy", "Baseline", "default", "outside", "exempt"]),
    isolatedBy: z.array(policyRef),
    allowedBy: z.array(ruleRef),
    clusterRules: z.array(clusterRuleRef),
    unknowns: z.array(unknown),
  }),
);

export const verdict = named(
  "Verdict",
  "Allowed when the source may send it and the destination may receive it.",
  z.strictObject({ outcome, egress: directionVerdict, ingress: directionVerdict }),
);

export const objectRef = named(
  "ObjectRef",
  "Names a Kubernetes object.",
  z.strictObject({ kind: text, namespace: optional(text), name: text }),
);

export const reportEnd = named(
  "End",
  "Either end of a connection.",
  z.strictObject({
    kind: z.enum(["workload", "addresses", "service", "unlisted"]),
    name: text,
    namespace: optional(text),
    workloadKind: optional(text),
    cidrs: optional(z.array(text)),
    node: optional(text),
    mayBePods: optional(z.literal(true)),
  }),
);

export const reportConnections = named(
  "Connections",
  "`all`, `none` or ports such as `TCP 80,443; UDP 53`; what certainly flows, and what may.",
  z.strictObject({ certain: text, possible: text }),
);

export const flowShape = { from: reportEnd, to: reportEnd, protocol, port };
export const reportFlow = named("Flow", "One flow, and why it is allowed or not.", z.strictObject({ ...flowShape, verdict }));
export const explainedFlow = z.strictObject({ ...flowShape, verdict, ports: text });

export const baseShape = {
  inputs: z.array(
    z.strictObject({
      name: text,
      kind: text,
      stack: optional(text),
      objects: count,
      opaque: z.array(z.strictObject({ location, because: text })),
      incomplete: z.array(text),
    }),
  ),
  enforcement: optional(
    z.strictObject({
      state: z.enum(["enforced", "partly", "none", "undecided", "unknown"]),
      grounds: z.array(z.strictObject({ message: text, location: optional(location), code: optional(text) })),
      policies: z.array(objectRef),
    }),
  ),
  notes: z.array(z.strictObject({ severity: z.enum(["warning", "note"]), message: text, location })),
  unknowns: z.array(z.strictObject({ because: text, location: optional(location) })),
  timings: optional(z.array(z.strictObject({ phase: text, ms: z.number().min(0) }))),
};

export const gate = named(
  "Gate",
  "The gate's answer, and one line for each ground of it.",
  z.strictObject({ result: z.enum(["passed", "failed", "undecided"]), because: z.array(text) }),
);

export const finding = named(
  "Finding",
  "What a lint rule found at one place.",
  z.strictObject({
    code: text,
    name: text,
    severity,
    subject: objectRef,
    message: text,
    advice: text,
    location,
    field: optional(text),
    witness: optional(reportFlow),
    because: z.array(z.union([policyRef, ruleRef])),
    fix: optional(text),
    fingerprint: text,
    helpUri: text,
    status: z.enum(["new", "suppressed", "baselined"]),
    suppression: optional(z.strictObject({ source: text, reason: text, expires: text })),
  }),
);

export const reportRule = named(
  "Rule",
  "A lint rule.",
  z.strictObject({
    code: text,
    name: text,
    title: text,
    severity: z.enum(["error", "warning", "info", "off"]),
    category: text,
    fixable: optional(z.boolean()),
    helpUri: text,
    page: optional(text),
  }),
);

export const expectation = named(
  "Expectation",
  "How one expectation came out.",
  z.strictObject({
    id: text,
    statement: text,
    kind: z.enum(["allow", "deny", "only", "isolated", "unchanged", "atMost"]),
    result: z.enum(["passed", "failed", "undecided"]),
    severity: z.enum(["error", "warning"]),
    because: optional(text),
    problem: optional(text),
    witness: optional(reportFlow),
    pairs: count,
    observed: optional(text),
    location,
  }),
);

export const changeKind = z.enum(["added", "removed", "changed"]);

export const connectionChange = named(
  "ConnectionChange",
  "One pair between which something else may flow than before.",
  z.strictObject({
    kind: changeKind,
    from: reportEnd,
    to: reportEnd,
    before: reportConnections,
    after: reportConnections,
    opened: text,
    closed: text,
    exposure: z.boolean(),
    causes: z.strictObject({
      policies: z.array(z.strictObject({ ...policyRefShape, change: changeKind })),
      workloads: z.array(text),
      namespaces: z.array(text),
    }),
    example: optional(z.strictObject({ ...flowShape, before: optional(verdict), after: optional(verdict) })),
  }),
);
