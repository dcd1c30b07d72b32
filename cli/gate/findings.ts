import {
  documentedRules,
  fixableCodes,
  lint,
  type LintContext,
  type LintOptions,
  type LintResult,
  type RuleMeta,
  toolRules,
} from "../../engine/lint";
import { shown } from "../../engine/model";
import { endpointEnd, type CheckReport, type Finding, type ReportRule, type Timing } from "../../engine/report";
import type { JoinedInput, Problem } from "../../inputs";
import type { Analysis } from "../analysis";
import type { LoadedConfig } from "../config/load-config";
import type { BaselineEntry } from "./baseline";
import { fingerprintOf } from "./fingerprint";
import { readSuppressions, type Suppression, suppressionOf, suppressionStates } from "./suppressions";
import { matchesPattern } from "./pattern";

/** What decides which findings there are and which count. */
export interface FindingOptions extends LintOptions {
  readonly loaded: LoadedConfig;
  readonly baseline: readonly BaselineEntry[];
  /** Sources of suppressions that do not count, for audits. @default none */
  readonly disallow?: readonly string[];
  /** ISO date that suppressions are held against. */
  readonly today: string;
}

/** What the rules and the tool have to say. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly rules: readonly ReportRule[];
  readonly notRun: CheckReport["rulesNotRun"];
  readonly suppressions: ReturnType<typeof suppressionStates>;
  /** The results behind new findings that can be mended by an edit. */
  readonly fixable: readonly LintResult[];
  readonly timings?: readonly Timing[];
}

/** What rules look at, from what was read. */
export function lintContext({ joined, evaluation, enforcement, before }: Analysis, { config }: LoadedConfig): LintContext {
  const { resources, objects } = joined.after;
  const defaultNamespace = config.context?.defaultNamespace;
  return {
    evaluation,
    ...(before === undefined ? {} : { before: before.evaluation }),
    changes: joined.changes.map(plannedChange),
    enforcement,
    ...(resources.some(({ type }) => type.startsWith("aws_")) ? { infrastructure: resources } : {}),
    objects,
    ...(defaultNamespace === undefined ? {} : { defaultNamespace }),
  };
}

function plannedChange({
  address,
  previousAddress,
  type,
  effect,
  before,
  after,
  location,
}: JoinedInput["changes"][number]): LintContext["changes"][number] {
  const [was, is] = [before[0], after[0]].map((name) =>
    name === undefined
      ? undefined
      : { kind: name.kind, name: shown(name.name), ...(name.namespace === undefined ? {} : { namespace: shown(name.namespace) }) },
  );
  return {
    address,
    ...(previousAddress === undefined ? {} : { previousAddress }),
    type,
    effect,
    ...(was === undefined ? {} : { before: was }),
    ...(is === undefined ? {} : { after: is }),
    location,
  };
}

/** Runs the rules and says of each finding whether it counts. */
export function findAll(analysis: Analysis, options: FindingOptions): Found {
  const { loaded, today, disallow = [] } = options;
  const run = lint(lintContext(analysis, loaded), options);
  const results = run.results.filter(({ subject }) => !isExcluded(subject.namespace, loaded));
  const allowed = analysis.joined.suppressions.filter(({ source }) => !disallow.includes(source));
  const ours = disallow.includes("config") ? { ...loaded, config: { ...loaded.config, suppressions: [] } } : loaded;
  const { suppressions, broken } = readSuppressions(ours, allowed, today);
  const findings = results.map((result) => statusOf(toFinding(result, loaded), suppressions, options));
  const rules = reportRules(
    options,
    run.notRun.map(({ rule }) => rule.code),
  );
  const codes = rules.filter(({ severity }) => severity !== "off").map(({ code }) => code);
  const states = suppressionStates(suppressions, { findings, codes, today });
  const tool = [...suppressionFindings(states, loaded), ...brokenFindings(broken, loaded), ...inputFindings(analysis, loaded)];
  return {
    findings: [...findings, ...tool.flatMap((finding) => asAsked(finding, options))],
    rules,
    notRun: run.notRun.map(({ rule, because }) => ({ code: rule.code, because })),
    suppressions: states,
    fixable: results.filter(({ fix }, n) => fix !== undefined && findings[n]?.status === "new"),
  };
}

/** A finding of the tool at the severity that was asked for; none where it was switched off. */
function asAsked(finding: Finding, options: FindingOptions): readonly Finding[] {
  const severity = severityOf(finding, options);
  return severity === "off" ? [] : [{ ...finding, severity }];
}

/** The severity of a rule in this run: what is not asked for is off. */
function severityOf({ code, severity }: Pick<Finding, "code" | "severity">, options: LintOptions): Finding["severity"] | "off" {
  const { severities = {}, only, skip = [] } = options;
  const isLeftOut = skip.includes(code) || only?.includes(code) === false;
  return isLeftOut ? "off" : (severities[code] ?? severity);
}

const isExcluded = (namespace: string | undefined, { config }: LoadedConfig): boolean =>
  namespace !== undefined && (config.exclude?.namespaces ?? []).some((pattern) => matchesPattern(pattern, namespace));

type Judged = Omit<Finding, "status">;

function toFinding(result: LintResult, loaded: LoadedConfig): Judged {
  const { rule, severity, subject, message, advice, location, field, witness, because, fix } = result;
  return {
    code: rule.code,
    name: rule.name,
    severity,
    subject,
    message,
    advice,
    location: location ?? {},
    ...(field === undefined ? {} : { field }),
    ...(witness === undefined
      ? {}
      : { witness: { ...witness.flow, from: endpointEnd(witness.flow.from), to: endpointEnd(witness.flow.to), verdict: witness.verdict } }),
    because,
    ...(fix === undefined ? {} : { fix: fix.description }),
    fingerprint: fingerprintOf(result),
    helpUri: pageOf(rule, loaded),
  };
}

/** Where a rule is explained: a path in this package, or below the address that the configuration names. */
export const pageOf = ({ code, name }: Pick<RuleMeta, "code" | "name">, { config }: LoadedConfig): string =>
  `${config.docs ?? "docs/rules/"}${code.toLowerCase()}-${name}.md`;

function statusOf(finding: Judged, suppressions: readonly Suppression[], { baseline, today }: FindingOptions): Finding {
  const suppression = suppressionOf(finding, suppressions, today);
  if (suppression !== undefined) {
    const { source, reason, expires } = suppression;
    return { ...finding, status: "suppressed", suppression: { source, reason, expires } };
  }
  return { ...finding, status: baseline.some(({ fingerprint }) => fingerprint === finding.fingerprint) ? "baselined" : "new" };
}

function suppressionFindings(states: Found["suppressions"], loaded: LoadedConfig): readonly Finding[] {
  const rules = { expired: toolRules.expired, unused: toolRules.unused, "expires-soon": toolRules.expiresSoon };
  return states.flatMap(({ state, code, target, reason, expires, location }) => {
    if (state === "used" || state === "not-run") return [];
    const said = {
      expired: `the suppression of ${code} for ${target} ran out on ${expires}; its reason was: ${reason}`,
      unused: `the suppression of ${code} for ${target} suppresses nothing`,
      "expires-soon": `the suppression of ${code} for ${target} runs out on ${expires}`,
    }[state];
    const advice =
      state === "unused"
        ? "remove it, or correct what it is about"
        : "mend what it suppresses, or give a later date with a reason that still holds";
    return [toolFinding(rules[state], { target, message: said, advice, location }, loaded)];
  });
}

const brokenFindings = (broken: ReturnType<typeof readSuppressions>["broken"], loaded: LoadedConfig): readonly Finding[] =>
  broken.map(({ message, location, target }) =>
    toolFinding(toolRules.incomplete, { target, message, advice: "write all three, or remove it", location }, loaded),
  );

function inputFindings({ joined, concerns }: Analysis, loaded: LoadedConfig): readonly Finding[] {
  const opaque = joined.opaque.map(({ location, because, namespace }) =>
    toolFinding(
      toolRules.opaque,
      {
        target: location.address ?? location.file ?? "an input",
        message: `${because}${namespace === undefined ? "" : `; it writes to namespace \`${shown(namespace)}\``}`,
        advice: "pass the manifests it writes as one more input, such as what `helm template` prints",
        location,
      },
      loaded,
    ),
  );
  const incomplete = joined.incomplete.map((message) =>
    toolFinding(
      toolRules.incompleteInput,
      {
        target: "plan",
        message,
        advice: "pass all of it, of a plan one without `-target`, or take the answer for what it is",
        location: {},
      },
      loaded,
    ),
  );
  return [...opaque, ...incomplete, ...concerns.map((problem) => concernFinding(problem, loaded))];
}

function concernFinding({ concern, message, location }: Problem, loaded: LoadedConfig): Finding {
  const target = location.address ?? location.file ?? "an input";
  if (concern?.about === "unknown-field") {
    const { meant } = concern;
    const advice = `${meant === undefined ? "correct its spelling" : `write \`${meant}\`, if that is what is meant`}, or remove it`;
    return toolFinding(toolRules.unknownField, { target, message, advice, location }, loaded);
  }
  const advice = "take the answer for what it is, or have these policies written as NetworkPolicies as well";
  return toolFinding(toolRules.foreignPolicy, { target, message, advice, location }, loaded);
}

interface Said {
  readonly target: string;
  readonly message: string;
  readonly advice: string;
  readonly location: Finding["location"];
}

function toolFinding(rule: RuleMeta, { target, message, advice, location }: Said, loaded: LoadedConfig): Finding {
  const subject = { kind: "Input", name: target };
  const result: LintResult = { rule, severity: rule.severity, subject, message, advice, location, because: [] };
  return { ...toFinding(result, loaded), status: "new" };
}

/** Every rule at the severity it has in this run; those that could not be run are left out. */
export function reportRules(options: LintOptions & { readonly loaded: LoadedConfig }, left: readonly string[] = []): readonly ReportRule[] {
  return documentedRules
    .filter(({ code }) => !left.includes(code))
    .map((rule) => ({
      code: rule.code,
      name: rule.name,
      title: rule.title,
      severity: rule.code === "NP900" ? rule.severity : severityOf(rule, options),
      category: rule.category,
      ...(fixableCodes.includes(rule.code) ? { fixable: true } : {}),
      helpUri: pageOf(rule, options.loaded),
    }));
}
