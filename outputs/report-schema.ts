import { z } from "zod";
import type { Report } from "../engine/report";
import { schemaVersion } from "./json";
import {
  baseShape,
  changeKind,
  connectionChange,
  direction,
  directionVerdict,
  expectation,
  explainedFlow,
  finding,
  gate,
  location,
  objectRef,
  flowShape,
  outcome,
  reportConnections,
  reportEnd,
  reportRule,
} from "./report-schema-parts";

/**
 * The JSON that `json` writes, as schemas. They are written beside the types, because a type has no bounds and no JSON Schema; the proofs at the
 * end do not compile when the two differ in a field. The published schema is made from these: `npm run schema`.
 */

const text = z.string();
const count = z.int().min(0);
const envelope = {
  schemaVersion: z.literal(schemaVersion),
  tool: z.strictObject({ name: z.literal("netpol"), version: text }),
  time: z.exactOptional(text.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/)),
};

const check = z.strictObject({
  ...envelope,
  ...baseShape,
  kind: z.literal("check"),
  gate,
  summary: z.strictObject({
    workloads: count,
    namespaces: count,
    policies: count,
    isolated: z.strictObject({ ingress: count, egress: count }),
    findings: z.strictObject({ error: count, warning: count, info: count, suppressed: count, baselined: count }),
    expectations: z.strictObject({ passed: count, failed: count, undecided: count }),
    diff: z.exactOptional(z.strictObject({ added: count, removed: count, changed: count })),
  }),
  findings: z.array(finding),
  expectations: z.array(expectation),
  diff: z.exactOptional(z.array(connectionChange)),
  rules: z.array(reportRule),
  rulesNotRun: z.array(z.strictObject({ code: text, because: text })),
});

const diff = z.strictObject({
  ...envelope,
  ...baseShape,
  kind: z.literal("diff"),
  gate,
  connections: z.array(connectionChange),
  workloadsAdded: z.array(text),
  workloadsRemoved: z.array(text),
  unchangedPairs: count,
});

const moment = z.strictObject({
  connections: reportConnections,
  parts: z.exactOptional(z.array(z.strictObject({ from: reportEnd, to: reportEnd, connections: reportConnections }))),
  flows: z.array(explainedFlow),
  remedies: z.array(
    z.strictObject({ goal: z.enum(["allow", "deny"]), description: text, yaml: z.exactOptional(text), alsoOpens: z.array(text) }),
  ),
});

const backend = z.strictObject({
  workload: text,
  port: count,
  outcome,
  egress: z.exactOptional(directionVerdict),
  ingress: z.exactOptional(directionVerdict),
});

const layer = z.strictObject({
  layer: z.enum(["vpc-cni", "security-group", "network-acl", "routes"]),
  outcome,
  part: z.exactOptional(reportEnd),
  message: text,
  remarks: z.exactOptional(z.array(text)),
  location: z.exactOptional(location),
});

const explain = z.strictObject({
  ...envelope,
  ...baseShape,
  kind: z.literal("explain"),
  from: reportEnd,
  to: reportEnd,
  asked: text,
  before: z.exactOptional(moment),
  after: moment,
  layers: z.array(layer),
  layersBefore: z.exactOptional(z.array(layer)),
  service: z.exactOptional(
    z.strictObject({
      name: text,
      port: count,
      refused: z.exactOptional(z.enum(["inside-only", "source-ranges"])),
      backends: z.array(backend),
    }),
  ),
});

const list = z.strictObject({
  ...envelope,
  ...baseShape,
  kind: z.literal("list"),
  connections: z.array(z.strictObject({ from: reportEnd, to: reportEnd, connections: reportConnections, because: z.array(text) })),
});

const cell = z.strictObject({
  summary: z.enum(["all", "none", "some", "undecided"]),
  connections: reportConnections,
  pairs: z.exactOptional(z.strictObject({ connected: count, all: count })),
  change: z.exactOptional(changeKind),
});

const matrix = z.strictObject({
  ...envelope,
  ...baseShape,
  kind: z.literal("matrix"),
  by: z.enum(["workload", "namespace"]),
  rows: z.array(reportEnd),
  columns: z.array(reportEnd),
  cells: z.array(z.array(z.union([cell, z.null()]))),
});

const exposure = z.strictObject({
  ...envelope,
  ...baseShape,
  kind: z.literal("exposure"),
  workloads: z.array(
    z.strictObject({
      workload: reportEnd,
      direction,
      isolated: z.enum(["yes", "no", "maybe"]),
      entries: z.array(z.strictObject({ other: reportEnd, connections: reportConnections })),
    }),
  ),
});

const differingShape = { opened: text, closed: text, undecided: text };

const divergences = z.strictObject({
  ...envelope,
  ...baseShape,
  kind: z.literal("divergences"),
  plugin: z.strictObject({ version: text, mode: text, ipFamily: text }),
  divergences: z.array(
    z.strictObject({
      deviations: z.array(text),
      because: z.array(text),
      changes: z.array(text),
      pairs: count,
      ...differingShape,
      examples: z.array(
        z.strictObject({
          from: reportEnd,
          to: reportEnd,
          ...differingShape,
          connection: z.strictObject({ ...flowShape, specification: outcome, vpcCni: outcome }),
        }),
      ),
    }),
  ),
  omitted: count,
});

const suggest = z.strictObject({
  ...envelope,
  ...baseShape,
  kind: z.literal("suggest"),
  policies: z.array(z.strictObject({ ref: objectRef, yaml: text })),
  proof: z.strictObject({ exact: z.boolean(), differences: z.array(text), assumptions: z.exactOptional(z.array(text)) }),
  problems: z.array(text),
});

const rules = z.strictObject({ ...envelope, kind: z.literal("rules"), rules: z.array(reportRule) });

const suppression = z.strictObject({
  code: text,
  source: text,
  target: text,
  reason: text,
  expires: text,
  owner: z.exactOptional(text),
  state: z.enum(["used", "unused", "expired", "expires-soon", "not-run"]),
  location,
});
const suppressions = z.strictObject({ ...envelope, kind: z.literal("suppressions"), suppressions: z.array(suppression) });

/** Any report as `json` writes it. */
export const reportSchema = z
  .discriminatedUnion("kind", [check, diff, explain, list, matrix, exposure, divergences, suggest, rules, suppressions])
  .meta({ title: "netpol report", description: `What \`netpol … -o json\` writes, version ${schemaVersion}.` });

/** The schema as JSON Schema draft 7, which editors and validators have known longest. */
export const reportJsonSchema = (): object => z.toJSONSchema(reportSchema, { target: "draft-7" });

type WrittenReport = z.infer<typeof reportSchema>;
type Written<K> = Plain<Omit<Extract<WrittenReport, { kind: K }>, "schemaVersion" | "tool" | "time">>;
type Typed<K> = Plain<Extract<Report, { readonly kind: K }>>;

/** Lists and fields that may be changed, intersections merged: what is left is comparable. */
type Plain<T> = T extends readonly (infer U)[] ? Plain<U>[] : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
// The parameters only stand there to make two conditional types, which are the same exactly when A and B are.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** The kinds of report of which schema and type are the same. One whose field differs is no longer `true`, and this does not compile. */
export const schemaIsOfType: readonly [
  Same<Written<"check">, Typed<"check">>,
  Same<Written<"diff">, Typed<"diff">>,
  Same<Written<"explain">, Typed<"explain">>,
  Same<Written<"list">, Typed<"list">>,
  Same<Written<"matrix">, Typed<"matrix">>,
  Same<Written<"exposure">, Typed<"exposure">>,
  Same<Written<"divergences">, Typed<"divergences">>,
  Same<Written<"suggest">, Typed<"suggest">>,
  Same<Written<"rules">, Typed<"rules">>,
  Same<Written<"suppressions">, Typed<"suppressions">>,
] &
  readonly true[] = [true, true, true, true, true, true, true, true, true, true];
