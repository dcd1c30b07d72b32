import { parse } from "yaml";
import { z } from "zod";
import { protocols } from "../../engine/model";
import type { JsonObject } from "../../inputs/objects";

const object = z.custom<JsonObject>((value) => typeof value === "object" && value !== null && !Array.isArray(value), "is no object");
const objects = z.array(object).nullish();

const clusterObjects = z.object({ namespaces: objects, pods: objects, services: objects, nodes: objects, workloads: objects });

/** The objects of a cluster, by kind. */
export type ClusterObjects = z.infer<typeof clusterObjects>;

const labels = z.record(z.string(), z.string());

const labelChange = z.strictObject({
  kind: z.enum(["Namespace", "Pod"]),
  namespace: z.string().optional(),
  name: z.string(),
  mergeLabels: labels.optional(),
  replaceLabels: labels.optional(),
  removeLabels: z.union([z.array(z.string()), labels.transform((map) => Object.keys(map))]).optional(),
});

/** A change of the labels of one object. */
export type LabelChange = z.infer<typeof labelChange>;

const pair = z.tuple([z.string(), z.string()]);

/** `[from, to]` as references: `ns/pod`, `ns/Kind/name`, `ip:address`, `svc:ns/name`. */
export type Pair = z.infer<typeof pair>;

const portNumber = z.int().min(1).max(65535);

const probe = z.strictObject({
  port: portNumber,
  protocol: z.enum(protocols),
  direction: z.enum(["ingress", "egress"]).optional(),
  expect: z.strictObject({
    default: z.enum(["allow", "deny", "none"]),
    allow: z.array(pair).nullish(),
    deny: z.array(pair).nullish(),
  }),
});

/** What is expected of one port, by pairs of ends. */
export type Probe = z.infer<typeof probe>;

const portList = z.union([z.string(), z.int()]).transform(String);

const connectivity = z.strictObject({
  endpoints: z.array(z.string()),
  probePorts: z.array(portNumber).min(1),
  default: z.literal("none").optional(),
  allow: z
    .array(
      z.strictObject({
        from: z.string(),
        to: z.string(),
        ports: z.union([
          z.literal("all"),
          z.strictObject({ TCP: portList.optional(), UDP: portList.optional(), SCTP: portList.optional() }),
        ]),
      }),
    )
    .nullish(),
});

/** What an analyzer reports of a whole cluster; a pair that is not listed has no connectivity. */
export type Connectivity = z.infer<typeof connectivity>;

const step = z.object({
  subtest: z.string().optional(),
  label: z.string().optional(),
  clusterChanges: z.array(labelChange).nullish(),
  policies: z.array(object).nullish(),
  probes: z.array(probe).nullish(),
  connectivity: connectivity.optional(),
});

/** One state of the cluster with what is expected in it. */
export type Step = z.infer<typeof step>;

const caseFile = z
  .object({
    name: z.string(),
    family: z.string(),
    clusterRef: z.string().optional(),
    cluster: clusterObjects.optional(),
    loopback: z.literal("ignore").optional(),
    steps: z.array(step).min(1),
  })
  .refine(({ clusterRef, cluster }) => (clusterRef === undefined) !== (cluster === undefined), "needs either `cluster` or `clusterRef`")
  .refine(({ steps }) => steps.some((each) => each.probes !== undefined || each.connectivity !== undefined), "expects nothing");

/** One connectivity case, as the README of the data describes the format. */
export type CaseFile = z.infer<typeof caseFile>;

const table = z.object({
  family: z.string(),
  kind: z.string(),
  cases: z.array(z.custom<JsonObject & { readonly name: string }>((row) => object.safeParse(row).success)).min(1),
});

/** Rows that are each checked on their own. */
export type TableFile = z.infer<typeof table>;

const base = z.object({ cluster: clusterObjects });

/** What a file of the collection holds. A base is a cluster that cases refer to. */
export type Document =
  | { readonly holds: "case"; readonly file: CaseFile }
  | { readonly holds: "table"; readonly file: TableFile }
  | { readonly holds: "base"; readonly cluster: ClusterObjects };

/** Reads a file of the collection. Text that is none is an Error that says what is wrong and where in it. */
export function readDocument(text: string): Document {
  // Recorded by a tool that writes an alias for every repeated object.
  const content: unknown = parse(text, { maxAliasCount: -1 });
  if (has(content, "steps")) return { holds: "case", file: checked(caseFile, content) };
  if (has(content, "cases")) return { holds: "table", file: checked(table, content) };
  if (has(content, "cluster")) return { holds: "base", cluster: checked(base, content).cluster };
  throw new Error("it has none of `steps`, `cases` and `cluster`");
}

const has = (content: unknown, field: string): boolean => typeof content === "object" && content !== null && field in content;

function checked<T>(schema: z.ZodType<T>, content: unknown): T {
  const { success, data, error } = schema.safeParse(content);
  if (success) return data;
  const [issue] = error.issues;
  throw new Error(`\`${issue?.path.map(String).join(".") ?? ""}\` ${issue?.message ?? "is wrong"}`);
}
