/** Expectations as YAML → the model's, with the place of each. */
import { z } from "zod";
import {
  type ClusterExpectation,
  type ExpectedEnds,
  type ExpectedPorts,
  type LabelSelector,
  type Location,
  type PodsEnd,
  parsePorts,
} from "../engine/model";
import { IpSet } from "../engine/sets/ip-set";
import type { Problem, Read } from "./objects";
import { readYamlValue, suggestion } from "./yaml-value";

const labels = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
const requirement = z.discriminatedUnion("operator", [
  z.strictObject({ key: z.string(), operator: z.enum(["In", "NotIn"]), values: z.array(z.string()) }),
  z.strictObject({ key: z.string(), operator: z.enum(["Exists", "DoesNotExist"]) }),
]);
/** Either a selector as Kubernetes writes it, or the labels alone. */
const selector = z
  .union([z.strictObject({ matchLabels: labels.optional(), matchExpressions: z.array(requirement).optional() }), labels])
  .transform((found): LabelSelector => {
    const written = found as {
      readonly matchLabels?: Record<string, string>;
      readonly matchExpressions?: LabelSelector["matchExpressions"];
    };
    if (typeof written.matchLabels !== "object" && !Array.isArray(written.matchExpressions)) {
      return Object.keys(found).length === 0 ? {} : { matchLabels: found as Record<string, string> };
    }
    const { matchLabels, matchExpressions } = written;
    return { ...(matchLabels === undefined ? {} : { matchLabels }), ...(matchExpressions === undefined ? {} : { matchExpressions }) };
  });

const cidr = z.string().refine(isCidr, "is not a CIDR block; write it like `10.0.0.0/8`").meta({ id: "Cidr" });
const end = z
  .union([
    z.string(),
    z.strictObject({ cidr, except: z.array(cidr).optional() }),
    z.strictObject({ service: z.string() }),
    z.strictObject({ namespace: z.union([z.string(), selector]).optional(), pods: selector.optional(), workload: z.string().optional() }),
  ])
  .meta({ id: "End" });
const ends = z.union([end, z.array(end)]).meta({
  id: "Ends",
  description:
    "A group, `internet`, `external`, `cluster`, `any`, `namespace/workload`, a CIDR, pods by namespace and labels; or a list of these.",
});
const port = z.union([z.number().int(), z.string()]);
const ports = z
  .union([z.literal("all"), port, z.array(port).min(1, "names no port; name one, or leave `ports` out for all")])
  .optional()
  .meta({ id: "Ports", description: "`8080/TCP`, `8000-8100/UDP`, a name, or a list of these. Default: all." });
const flows = { from: ends, to: ends, ports };

const common = {
  id: z.string().min(1),
  because: z.string().optional(),
  severity: z.enum(["error", "warning"]).optional(),
  until: z.iso.date().optional(),
  allowEmpty: z.boolean().optional(),
  observed: z.string().optional(),
};
const as = z.enum(["today", "future"]).optional();
const directions = z
  .array(z.enum(["ingress", "egress"]))
  .min(1, "names no direction; name one, or leave `directions` out for both")
  .optional();
const expectation = z.strictObject({
  ...common,
  allow: z.strictObject(flows).optional(),
  deny: z.strictObject({ ...flows, as, except: z.array(z.strictObject(flows)).optional() }).optional(),
  only: z.strictObject({ ...flows, as, direction: z.enum(["ingress", "egress"]).optional() }).optional(),
  isolated: z.strictObject({ pods: ends, directions }).optional(),
  unchanged: z.strictObject({ pods: ends }).optional(),
  atMost: z.strictObject({ reference: z.string(), pods: ends.optional() }).optional(),
});

/** An expectations file, as it is written. The published JSON Schema is made from this. */
export const expectationsSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  groups: z.record(z.string(), ends).optional(),
  expect: z.array(expectation),
});

type WrittenEnds = z.infer<typeof ends>;
type WrittenExpectation = z.infer<typeof expectation>;
interface WrittenFlows {
  readonly from: WrittenEnds;
  readonly to: WrittenEnds;
  readonly ports?: z.infer<typeof ports>;
}

const kinds = ["allow", "deny", "only", "isolated", "unchanged", "atMost"] as const;
const builtIn: Readonly<Record<string, ExpectedEnds>> = {
  internet: { kind: "internet" },
  external: { kind: "external" },
  cluster: { kind: "cluster" },
  any: { kind: "any" },
};

/** Reads an expectations file. Unknown keys, groups and port names that cannot be are errors with their place. */
export function readExpectations(file: string, text: string): Read<readonly ClusterExpectation[]> {
  const { value: placed, problems } = readYamlValue(file, text, expectationsSchema);
  if (placed === undefined) return { value: [], problems };
  const reader = new ExpectationReader(placed.value.groups ?? {}, problems);
  const value = placed.value.expect.flatMap((written, n) => reader.read(written, placed.locate(["expect", n])));
  return { value, problems: reader.problems };
}

class ExpectationReader {
  readonly problems: Problem[];
  private readonly ids = new Map<string, Location>();

  constructor(
    private readonly groups: Readonly<Record<string, WrittenEnds>>,
    problems: readonly Problem[],
  ) {
    this.problems = [...problems];
  }

  read(written: WrittenExpectation, location: Location): readonly ClusterExpectation[] {
    const asked = kinds.filter((kind) => written[kind] !== undefined);
    if (asked.length !== 1) {
      this.error(
        location,
        `expectation \`${written.id}\` must have exactly one of ${kinds.join(", ")}; it has ${asked.length === 0 ? "none" : asked.join(" and ")}`,
      );
      return [];
    }
    const known = this.ids.get(written.id);
    if (known !== undefined)
      this.error(location, `expectation \`${written.id}\` is there twice: also at line ${String(known.line)}; give it an id of its own`);
    this.ids.set(written.id, location);
    const { id, because, severity, until, allowEmpty, observed } = written;
    const base = Object.fromEntries(
      Object.entries({ id, because, severity, until, allowEmpty, observed, location }).filter(([, value]) => value !== undefined),
    ) as unknown as ClusterExpectation;
    return [{ ...base, ...this.body(written, location) }];
  }

  private body(written: WrittenExpectation, at: Location): object {
    const { allow, deny, only, isolated, unchanged, atMost } = written;
    if (allow !== undefined) return { kind: "allow", ...this.flows(allow, at) };
    if (deny !== undefined) {
      return {
        kind: "deny",
        ...this.flows(deny, at),
        ...optional("as", deny.as),
        ...optional(
          "except",
          deny.except?.map((each) => this.flows(each, at)),
        ),
      };
    }
    if (only !== undefined) return { kind: "only", ...this.only(only, at), ...optional("as", only.as) };
    if (isolated !== undefined) {
      return { kind: "isolated", pods: this.pods(isolated.pods, at), directions: isolated.directions ?? ["ingress", "egress"] };
    }
    if (unchanged !== undefined) return { kind: "unchanged", pods: this.pods(unchanged.pods, at) };
    return { kind: "atMost", reference: atMost?.reference, pods: this.pods(atMost?.pods ?? {}, at) };
  }

  private only({ direction = "ingress", ...written }: NonNullable<WrittenExpectation["only"]>, at: Location): object {
    const { from, to, ports: wanted } = this.flows(written, at, direction === "ingress" ? "from" : "to");
    return direction === "ingress"
      ? { way: "into", pods: to, others: from, ports: wanted }
      : { way: "outOf", pods: from, others: to, ports: wanted };
  }

  /** `mayBeNobody`: an end of which an empty list says something: that nobody is let in, or out. */
  private flows(
    { from, to, ports: wanted }: WrittenFlows,
    at: Location,
    mayBeNobody?: "from" | "to",
  ): { readonly from: readonly ExpectedEnds[]; readonly to: readonly ExpectedEnds[]; readonly ports: ExpectedPorts } {
    const ends = { from: this.ends(from, at), to: this.ends(to, at) };
    for (const end of ["from", "to"] as const) if (end !== mayBeNobody) this.refuseNobody(ends[end], end, at);
    return { ...ends, ports: this.ports(wanted, at) };
  }

  /** What is wrong with an end is said already. */
  private refuseNobody(ends: readonly ExpectedEnds[], field: string, at: Location): void {
    if (ends.length === 0 && !this.hasError(at))
      this.error(at, `\`${field}\` names nobody, so nothing would be checked; name an end, or remove the expectation`);
  }

  private readonly hasError = (at: Location): boolean => this.problems.some(({ location }) => location === at);

  private pods(written: WrittenEnds, at: Location): readonly PodsEnd[] {
    const ends = this.ends(written, at);
    this.refuseNobody(ends, "pods", at);
    return ends.filter((each): each is PodsEnd => {
      const isPods = !("cidr" in each) && !("service" in each) && !("kind" in each);
      if (!isPods) this.error(at, "only pods can be named here: give `namespace`, `pods` or `workload`");
      return isPods;
    });
  }

  private ends(written: WrittenEnds, at: Location, trail: readonly string[] = []): readonly ExpectedEnds[] {
    return (Array.isArray(written) ? written : [written]).flatMap((each) =>
      typeof each === "string" ? this.named(each, at, trail) : [each as ExpectedEnds],
    );
  }

  /** A group, a word of ours, `namespace/workload`, or a CIDR. */
  private named(text: string, at: Location, trail: readonly string[]): readonly ExpectedEnds[] {
    const group = Object.hasOwn(this.groups, text) ? this.groups[text] : undefined;
    if (group !== undefined && !trail.includes(text)) return this.ends(group, at, [...trail, text]);
    if (group !== undefined) {
      this.error(at, `group \`${text}\` is made of itself: ${[...trail, text].join(" → ")}`);
      return [];
    }
    const word = Object.hasOwn(builtIn, text) ? builtIn[text] : undefined;
    if (word !== undefined) return [word];
    if (isCidr(text)) return [{ cidr: text }];
    const [namespace = "", ...workload] = text.split("/");
    if (workload.length > 0) return [{ namespace, ...(workload.join("/") === "*" ? {} : { workload: workload.join("/") }) }];
    this.error(
      at,
      `\`${text}\` is no group${suggestion(text, [...Object.keys(this.groups), ...Object.keys(builtIn)])}; or write \`namespace/workload\``,
    );
    return [];
  }

  private ports(written: z.infer<typeof ports>, at: Location): ExpectedPorts {
    try {
      return parsePorts(written ?? "all");
    } catch (error) {
      this.error(at, (error as Error).message);
      return [];
    }
  }

  private error(location: Location, message: string): void {
    this.problems.push({ severity: "error", message, location });
  }
}

const optional = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);

function isCidr(text: string): boolean {
  try {
    IpSet.cidr(text);
    return true;
  } catch {
    return false;
  }
}
