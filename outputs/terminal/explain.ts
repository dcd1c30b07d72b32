import type { DirectionVerdict, Verdict } from "../../engine";
import type { ExplainedLayer, ExplainedMoment, ExplainReport, ReportEnd } from "../../engine/report";
import { layerNames, layerOutcome, layerSummary } from "../layer-summary";
import { place } from "../reasons";
import { directionSentence, reachStatements, refusalText, withPlace } from "../sentences";
import { indented, labelled, type Paint, sections, type Terminal } from "./layout";
import { enforcementLines, inputLines, timingLines } from "./preamble";

/**
 * Why a flow is allowed or denied: one line for each direction, what decides it below, then what would change it. Through a Service, its
 * backends are the flows, so they are told once, as such.
 */
export function explainText(report: ExplainReport, on: Terminal): string {
  const { before, after, service } = report;
  return sections(
    enforcementLines(report, on),
    headline(report, on),
    ...(before === undefined ? [] : [momentLines("before the change", before, on)]),
    ...(service === undefined
      ? [momentLines(before === undefined ? "" : "after the change", after, on)]
      : [serviceLines(service, before === undefined ? "" : "after the change, ", report.from, on)]),
    ...layerSections(report, on),
    remedyLines(after, on),
    inputLines(report, on),
    timingLines(report, on),
  );
}

const outcomePaint = (outcome: Verdict["outcome"], { colors }: Terminal): Paint =>
  ({ allowed: colors.green, denied: colors.red, undecided: colors.yellow })[outcome];

function headline(report: ExplainReport, on: Terminal): readonly string[] {
  return [
    ...labelled(on, "", report.asked, on.colors.bold, on.colors.bold),
    ...reachStatements(report).flatMap((line) => labelled(on, "  ", `in all, ${line}`, on.colors.dim, on.colors.dim)),
  ];
}

function momentLines(title: string, { flows }: ExplainedMoment, on: Terminal): readonly string[] {
  const lines = flows.flatMap(({ from, to, ports, verdict }) => [
    ...labelled(on, "", `${ports}: ${verdict.outcome}`, on.colors.bold, outcomePaint(verdict.outcome, on)),
    ...directionLines(verdict.egress, from, on),
    ...directionLines(verdict.ingress, to, on),
  ]);
  return title === "" ? lines : [on.colors.bold(`${title}:`), ...lines];
}

const directionLines = (verdict: DirectionVerdict, end: ReportEnd, on: Terminal): readonly string[] =>
  labelled(on, `  ${`${verdict.direction}:`.padEnd(9)}`, directionSentence(verdict, end), on.colors.bold);

function serviceLines(service: NonNullable<ExplainReport["service"]>, when: string, source: ReportEnd, on: Terminal): readonly string[] {
  const title = `${when}through Service ${service.name}:${String(service.port)}`;
  if (service.refused !== undefined) return [on.colors.bold(title), ...indented(on, 2, refusalText(service.refused), on.colors.red)];
  if (service.backends.length === 0) return [on.colors.bold(title), ...indented(on, 2, "no workload is behind it")];
  const lines = service.backends.flatMap(({ workload, port, outcome, egress, ingress }) => [
    ...labelled(on, "  → ", `${workload} port ${String(port)}: ${outcome}`, on.colors.dim, outcomePaint(outcome, on)),
    ...(egress === undefined ? [] : indented(on, 6, `egress: ${directionSentence(egress, source)}`)),
    ...(ingress === undefined ? [] : indented(on, 6, `ingress: ${directionSentence(ingress, { name: workload })}`)),
  ]);
  return [on.colors.bold(title), ...lines];
}

/** The layers after the change, and those before it where they did otherwise. */
function layerSections({ before, after, layers, layersBefore = [] }: ExplainReport, on: Terminal): readonly (readonly string[])[] {
  const now = layerLines("beside the specification", after, layers, on);
  const past = before === undefined ? [] : layerLines("beside the specification, before the change", before, layersBefore, on);
  return past.slice(1).join() === now.slice(1).join() ? [now] : [past, now];
}

function layerLines(title: string, moment: ExplainedMoment, layers: readonly ExplainedLayer[], on: Terminal): readonly string[] {
  if (layers.length === 0) return [];
  const summary = layerSummary(moment, layers);
  const lines = layers.flatMap(({ layer, outcome, part, message, remarks = [], location }) => [
    ...labelled(
      on,
      `  ${layerNames[layer]}: `,
      `${layerOutcome(outcome, part)}, ${withPlace(message, place(location))}`,
      outcomePaint(outcome, on),
    ),
    ...remarks.flatMap((remark) => labelled(on, "    note ", remark, on.colors.dim)),
  ]);
  return [...labelled(on, "", summary === undefined ? title : `${title}: ${summary}`, on.colors.bold, on.colors.bold), ...lines];
}

function remedyLines({ remedies }: ExplainedMoment, on: Terminal): readonly string[] {
  return remedies.flatMap(({ goal, description, yaml, alsoOpens }, index) => [
    ...(index === 0 ? [] : [""]),
    ...labelled(on, `to ${goal} it: `, description, on.colors.bold),
    ...(alsoOpens.length === 0 ? [] : labelled(on, "  also opens ", alsoOpens.join("; "), on.colors.yellow)),
    ...(yaml === undefined ? [] : yamlLines(yaml, on)),
  ]);
}

/** YAML is copied, so it is neither wrapped nor coloured. */
const yamlLines = (yaml: string, _on: Terminal): readonly string[] => [
  "",
  ...yaml
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`),
];
