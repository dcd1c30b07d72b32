import type { Location } from "../../engine/model";
import { shown } from "../../engine/model";
import type { Finding, SuppressionsReport } from "../../engine/report";
import type { FoundSuppression } from "../../inputs";
import { documentedRules } from "../../engine/lint";
import { suggestion } from "../../inputs/yaml-value";
import { z } from "zod";
import type { LoadedConfig } from "../config/load-config";
import { matchesPattern } from "./pattern";

/** A finding that is accepted for a time, and why: one model, wherever it was written. */
export interface Suppression {
  /** The code of the rule, such as `NP201`. */
  readonly code: string;
  readonly source: "config" | FoundSuppression["source"];
  readonly reason: string;
  /** ISO date; the suppression counts up to and on that day. */
  readonly expires: string;
  readonly owner?: string;
  readonly target: SuppressionTarget;
  readonly location: Location;
}

/** What a suppression is about: every part that is there must fit; texts may hold `*`. */
export interface SuppressionTarget {
  readonly kind?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly construct?: string | undefined;
  readonly address?: string | undefined;
  readonly fingerprint?: string | undefined;
}

/** A suppression that does not count, because something that it needs is missing or wrong. */
export interface BrokenSuppression {
  readonly message: string;
  readonly location: Location;
  readonly target: string;
}

/** Days before its end from which a suppression is announced to run out. */
const announcedDays = 14;
const shortestReason = 10;
const dayInMs = 24 * 60 * 60 * 1000;

/** Every suppression of the configuration and of the inputs. */
export function readSuppressions(
  loaded: LoadedConfig,
  found: readonly FoundSuppression[],
  today: string,
): { readonly suppressions: readonly Suppression[]; readonly broken: readonly BrokenSuppression[] } {
  const { config } = loaded;
  const configured = (config.suppressions ?? []).map(({ id, match = {}, reason, expires, owner }, n): Suppression => ({
    code: id,
    source: "config",
    reason,
    expires,
    ...(owner === undefined ? {} : { owner }),
    target: match,
    location: loaded.locate(["suppressions", n]),
  }));
  const read = [...configured, ...found.map(readFound)];
  const checked = read.map((each) => ("message" in each ? each : (wrong(each) ?? tooLong(each, today, config.longestSuppression ?? 365))));
  return {
    suppressions: checked.filter((each): each is Suppression => !("message" in each)),
    broken: checked.filter((each): each is BrokenSuppression => "message" in each),
  };
}

/** Codes of what may be suppressed: what the tool says of itself may not. */
const suppressible = documentedRules.filter(({ category }) => category !== "tool").map(({ code }) => code);

function wrong({ code, location, target }: Suppression): BrokenSuppression | undefined {
  if (suppressible.some((each) => matches(code, each))) return undefined;
  const isOurs = documentedRules.some((rule) => rule.code === code);
  const message = isOurs
    ? `${code} is about this tool's own input and settings and cannot be suppressed`
    : `a suppression is for \`${code}\`, which no rule is called${suggestion(code, suppressible)}`;
  return { message, location, target: targetText(target) };
}

function tooLong(suppression: Suppression, today: string, longest: number): Suppression | BrokenSuppression {
  if (daysLeft(suppression, today) <= longest) return suppression;
  const message = `the suppression of ${suppression.code} runs until ${suppression.expires}, and ${String(longest)} days are the longest; give an earlier date`;
  return { message, location: suppression.location, target: targetText(suppression.target) };
}

const fieldsSchema = z.object({ id: z.string(), reason: z.string(), expires: z.iso.date(), owner: z.string().optional() });
const textPattern = /^(?<id>\S+)\s+(?<reason>.*?)[;,]?\s*expires=(?<expires>\d{4}-\d{2}-\d{2})\s*$/s;

function readFound({ source, text, fields, object, location }: FoundSuppression): Suppression | BrokenSuppression {
  const target = object === undefined ? {} : { kind: object.kind, ...nameParts(object) };
  const written = fields ?? textPattern.exec(text ?? "")?.groups;
  const parsed = fieldsSchema.safeParse(written);
  if (!parsed.success || parsed.data.reason.trim().length < shortestReason) {
    const message = `a suppression needs a rule's code, a reason of at least ${String(shortestReason)} characters and \`expires=YYYY-MM-DD\`; it has \`${text ?? JSON.stringify(fields)}\``;
    return { message, location, target: targetText(target) };
  }
  const { id, reason, expires, owner } = parsed.data;
  return {
    code: id,
    source,
    reason: reason.trim(),
    expires,
    ...(owner === undefined ? {} : { owner }),
    target: { ...target, ...addressPart(source, location) },
    location,
  };
}

const nameParts = ({ namespace, name }: NonNullable<FoundSuppression["object"]>): SuppressionTarget => ({
  name: shown(name),
  ...(namespace === undefined ? {} : { namespace: shown(namespace) }),
});

/** A construct without an object of its own is told by its address. */
const addressPart = (source: string, { address }: Location): SuppressionTarget =>
  source === "construct" && address !== undefined ? { address } : {};

/** The suppression that speaks of a finding and has not run out; of several the one that lasts longest. */
export function suppressionOf(
  finding: Omit<Finding, "status">,
  suppressions: readonly Suppression[],
  today: string,
): Suppression | undefined {
  const fitting = suppressions.filter((each) => each.expires >= today && speaksOf(each, finding));
  return fitting.toSorted((a, b) => (a.expires > b.expires ? -1 : 1))[0];
}

/** Whether a suppression is about a finding, its time aside. */
export function speaksOf(
  { code, source, target }: Suppression,
  { code: found, subject, location, fingerprint }: Omit<Finding, "status">,
): boolean {
  if (!matches(code, found)) return false;
  const facts: Readonly<Record<keyof SuppressionTarget, string | undefined>> = {
    kind: subject.kind,
    namespace: subject.namespace,
    name: subject.name,
    construct: location.constructPath,
    address: location.address,
    fingerprint,
  };
  const asked = Object.entries(target).filter((entry): entry is [keyof SuppressionTarget, string] => entry[1] !== undefined);
  // A construct records the address of the object it names: where that object is found, it need not be at the address.
  const isRecorded = source === "construct" && target.name !== undefined;
  return asked.every(([key, pattern]) => matches(pattern, facts[key]) || (key === "address" && isRecorded));
}

const matches = (pattern: string, text: string | undefined): boolean => text !== undefined && matchesPattern(pattern, text);

/** What a suppression is about, for people. */
export const targetText = (target: SuppressionTarget): string => {
  const { kind, namespace, name, ...rest } = target;
  const object = [kind, [namespace, name].filter((part) => part !== undefined).join("/")]
    .filter((part) => part !== undefined && part !== "")
    .join(" ");
  const others = Object.entries(rest).flatMap(([key, value]) => (value === undefined || object !== "" ? [] : [`${key} ${value}`]));
  return [object, ...others].filter((part) => part !== "").join(", ") || "everything";
};

/** What suppressions are held against. */
export interface Judged {
  readonly findings: readonly Finding[];
  /** Codes of the rules that were run: of others, nothing can be said. */
  readonly codes: readonly string[];
  /** ISO date. */
  readonly today: string;
}

/** What has become of each suppression. */
export function suppressionStates(suppressions: readonly Suppression[], judged: Judged): SuppressionsReport["suppressions"] {
  return suppressions.map((each) => ({
    code: each.code,
    source: each.source,
    target: targetText(each.target),
    reason: each.reason,
    expires: each.expires,
    ...(each.owner === undefined ? {} : { owner: each.owner }),
    state: stateOf(each, judged),
    location: each.location,
  }));
}

/** Whole days until a suppression runs out; negative where it has. */
export const daysLeft = ({ expires }: Pick<Suppression, "expires">, today: string): number =>
  (Date.parse(expires) - Date.parse(today)) / dayInMs;

function stateOf(suppression: Suppression, { findings, codes, today }: Judged): SuppressionsReport["suppressions"][number]["state"] {
  if (suppression.expires < today) return "expired";
  if (!codes.some((code) => matches(suppression.code, code))) return "not-run";
  if (!findings.some((finding) => speaksOf(suppression, finding))) return "unused";
  return daysLeft(suppression, today) <= announcedDays ? "expires-soon" : "used";
}
