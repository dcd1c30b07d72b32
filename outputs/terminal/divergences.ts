import type { DivergenceEntry, DivergencesReport } from "../../engine/report";
import { counted, flowText } from "../sentences";
import { deviationText } from "../vpc-cni-sentences";
import { labelled, sections, type Terminal, wrap } from "./layout";
import { enforcementLines, inputLines, timingLines } from "./preamble";

/** Where the VPC CNI and the specification differ, by cause: some of its pairs, and the changes that end it. */
export function divergencesText(report: DivergencesReport, on: Terminal): string {
  const { version, mode, ipFamily } = report.plugin;
  const plugin = [`compared with the VPC CNI: version ${version}; mode ${mode}; ${ipFamily}`];
  const none = ["the VPC CNI lets the same flow as the specification, as far as both are known"];
  const cut = `${counted(report.omitted, "more pair")} may differ and ${report.omitted === 1 ? "is" : "are"} not in this list: narrow the input`;
  return sections(
    enforcementLines(report, on),
    plugin.flatMap((line) => wrap(line, on.width)),
    ...report.divergences.map((each) => entryLines(each, on)),
    report.divergences.length === 0 && report.omitted === 0 ? none : [],
    report.omitted === 0 ? [] : wrap(on.colors.yellow(cut), on.width),
    inputLines(report, on),
    timingLines(report, on),
  );
}

function entryLines(
  { examples, pairs, opened, closed, undecided, deviations, because, changes }: DivergenceEntry,
  on: Terminal,
): readonly string[] {
  const { bold, dim, red, yellow } = on.colors;
  const detail = (label: string, text: string): readonly string[] => labelled(on, `  ${label.padEnd(9)}`, text, dim);
  const said = [
    ...(opened === "none" ? [] : [red(`open against the policies: ${opened}`)]),
    ...(closed === "none" ? [] : [red(`closed against the policies: ${closed}`)]),
    ...(undecided === "none" ? [] : [yellow(`left to chance, or to a version nobody can pin: ${undecided}`)]),
  ];
  const more = pairs - examples.length;
  return [
    ...examples.map(({ from, to }) => bold(`${from.name} → ${to.name}`)),
    ...(more > 0 ? [bold(`and ${counted(more, "more pair")}`)] : []),
    ...said.map((line) => `  ${line}`),
    ...examples.flatMap(({ connection: each }) =>
      detail("example", `${flowText(each)}: ${each.specification} by the specification, ${each.vpcCni} by the VPC CNI`),
    ),
    ...deviations.flatMap((each) => detail("why", deviationText(each))),
    ...because.flatMap((each) => detail("rule", each)),
    ...changes.flatMap((each) => detail("do", each)),
  ];
}
