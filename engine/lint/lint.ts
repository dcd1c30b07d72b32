import { enforcedContext } from "./enforced-context";
import type { LintContext, LintResult, LintRule, RuleMeta, Severity } from "./rule";

/** What a user asks of a run. Rules are told by code. */
export interface LintOptions {
  /** A severity of one's own for a rule, or none of it; it counts for all its findings. @default what the rule and its findings say */
  readonly severities?: Readonly<Record<string, Severity | "off">>;
  /** Only these rules. @default every rule */
  readonly only?: readonly string[];
  /** All but these; wins over `only`. @default none */
  readonly skip?: readonly string[];
}

/** A rule that was asked for and could not say anything, and why: lower-case, no final period. */
export interface NotRun {
  readonly rule: RuleMeta;
  readonly because: string;
}

/** What a run found, in an order that depends on nothing but what was found. */
export interface LintRun {
  readonly results: readonly LintResult[];
  readonly notRun: readonly NotRun[];
}

/** A rule that broke down: a finding like any other, so that the gate fails and the other rules are still heard. */
export const ruleFailed: RuleMeta = {
  code: "NP900",
  name: "rule-failed",
  title: "A lint rule broke down, so what it would have found is not in the report",
  severity: "error",
  category: "tool",
};

/** Runs rules over one input. A rule that throws becomes a finding of `ruleFailed`; it never stops the run, and cannot be turned off. */
export function runRules(rules: readonly LintRule[], context: LintContext, options: LintOptions = {}): LintRun {
  const asked = rules.filter((rule) => isAsked(rule, options));
  const missing = new Map(asked.map((rule) => [rule, missingInput(rule, context)]));
  const results = asked.filter((rule) => missing.get(rule) === undefined).flatMap((rule) => resultsOf(rule, context, options));
  return {
    results: toldApart(sorted(results)),
    notRun: asked.flatMap((rule) => {
      const because = missing.get(rule);
      return because === undefined ? [] : [{ rule: metaOf(rule), because }];
    }),
  };
}

function isAsked({ code }: RuleMeta, { severities = {}, only, skip = [] }: LintOptions): boolean {
  return severityAsked(severities, code) !== "off" && (only?.includes(code) ?? true) && !skip.includes(code);
}

const severityAsked = (severities: NonNullable<LintOptions["severities"]>, code: string): Severity | "off" | undefined =>
  Object.hasOwn(severities, code) ? severities[code] : undefined;

function missingInput({ needs = [] }: RuleMeta, { before, changes, infrastructure }: LintContext): string | undefined {
  if (needs.includes("plan") && before === undefined && changes.length === 0)
    return "nothing tells what was there before: give a plan, or one input for each moment";
  if (needs.includes("infrastructure") && infrastructure === undefined)
    return "the stack that holds the cluster is not in the input: give its folder in `cdktf.out`, or a plan of it";
  return undefined;
}

function resultsOf(rule: LintRule, context: LintContext, { severities = {} }: LintOptions): readonly LintResult[] {
  const asked = severityAsked(severities, rule.code);
  const meta = metaOf(rule);
  try {
    return rule.check(rule.seesUnread === true ? context : enforcedContext(context)).map((finding) => ({
      ...finding,
      rule: meta,
      severity: asked === undefined || asked === "off" ? (finding.severity ?? rule.severity) : asked,
    }));
  } catch (error) {
    return [failure(meta, error)];
  }
}

const metaOf = ({ code, name, title, severity, category, needs }: RuleMeta): RuleMeta => ({
  code,
  name,
  title,
  severity,
  category,
  ...(needs === undefined ? {} : { needs }),
});

function failure({ code, name }: RuleMeta, error: unknown): LintResult {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    rule: ruleFailed,
    severity: ruleFailed.severity,
    subject: { kind: "LintRule", name: `${code} ${name}` },
    message: `rule \`${code} ${name}\` broke down, and what it would have found is missing: ${said}`,
    advice: `report this with the input; until it is mended, leave the rule out by its code \`${code}\``,
    because: [],
    key: code,
  };
}

/** By rule, then by the object, then by the place in it; never by the order of the input. */
function sorted(results: readonly LintResult[]): readonly LintResult[] {
  const keyed = results.map((result) => ({ result, key: sortKey(result) }));
  return keyed.sort((one, other) => compare(one.key, other.key)).map(({ result }) => result);
}

function compare(one: readonly string[], other: readonly string[]): number {
  for (const [index, part] of one.entries()) {
    const otherPart = other[index] ?? "";
    // By code point: the same on every machine, whatever its language.
    if (part !== otherPart) return part < otherPart ? -1 : 1;
  }
  return 0;
}

/** Two rules of a policy may be word for word the same: the second such finding gets a key of its own, so that both have a fingerprint. */
function toldApart(results: readonly LintResult[]): readonly LintResult[] {
  const met = new Map<string, number>();
  return results.map((result) => {
    const source = fingerprintSource(result);
    const count = (met.get(source) ?? 0) + 1;
    met.set(source, count);
    return count === 1 ? result : { ...result, key: `${result.key ?? result.message} (${String(count)})` };
  });
}

const sortKey = ({ rule, subject, field = "", key = "", message }: LintResult): readonly string[] => [
  rule.code,
  subject.namespace ?? "",
  subject.kind,
  subject.name,
  field.replaceAll(/\d+/g, (digits) => digits.padStart(6, "0")),
  key,
  message,
];

/**
 * What makes a finding the same finding tomorrow, as text to be hashed: the rule, the object and the fault's own content. Lines, addresses and
 * severities are not in it, so it survives moves and other settings.
 */
export function fingerprintSource({ rule, subject, key, message }: Pick<LintResult, "rule" | "subject" | "key" | "message">): string {
  return JSON.stringify([rule.code, subject.kind, subject.namespace ?? "", subject.name, key ?? message]);
}
