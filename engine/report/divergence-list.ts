import { isUnknown, type NetworkPolicy, shown, type Value } from "../model";
import type { CniFlow, CniRuleRef } from "../vpc-cni/answers";
import type { Differing, Divergence, DivergenceEnd, DivergentPair } from "../vpc-cni/divergence";
import { type DivergenceLimits, divergences } from "../vpc-cni/divergences";
import type { CniSettings, CniVersion } from "../vpc-cni/settings";
import type { VpcCniEvaluation } from "../vpc-cni/vpc-cni";
import { addressesEnd, endpointEnd, workloadEnd } from "./ends";
import type { ReportEnd } from "./parts";
import type { DivergenceEntry, DivergenceExample, DivergencesReport } from "./reports";

/** Where the VPC CNI answers otherwise than the specification, in the words of a report. */
export function divergenceList(
  evaluation: VpcCniEvaluation,
  settings: CniSettings,
  limits: DivergenceLimits = {},
): Pick<DivergencesReport, "plugin" | "divergences" | "omitted"> {
  const { divergences: found, omitted } = divergences(evaluation, limits);
  return { plugin: pluginOf(settings), divergences: found.map(entryOf), omitted };
}

const pluginOf = ({ version, mode, ipFamily }: CniSettings): DivergencesReport["plugin"] => ({
  version: wordOf(version, (each: CniVersion) => each.join(".")),
  mode: wordOf(mode, String),
  ipFamily: wordOf(ipFamily, String),
});

const wordOf = <T>(value: Value<T>, text: (known: T) => string): string =>
  isUnknown(value) ? `not known (${value.because})` : text(value);

const entryOf = ({ cause, pairs, examples, ...differing }: Divergence): DivergenceEntry => ({
  deviations: cause.deviations,
  because: [...new Set([...cause.rules.map(ruleText), ...(cause.rules.length > 0 ? [] : cause.policies.map(policyText))])],
  changes: [...new Set(cause.changes.map(({ kind }) => kind))],
  pairs,
  ...connectionsOf(differing),
  examples: examples.map(exampleOf),
});

function exampleOf({ from, to, witness: { flow, specification, vpcCni }, ...differing }: DivergentPair): DivergenceExample {
  const connection = { ...flowEnds(flow), protocol: flow.protocol, port: flow.port, specification, vpcCni };
  return { from: endOf(from), to: endOf(to), ...connectionsOf(differing), connection };
}

const connectionsOf = ({ opened, closed, undecided }: Differing): Pick<DivergenceEntry, "opened" | "closed" | "undecided"> => ({
  opened: opened.toString(),
  closed: closed.toString(),
  undecided: undecided.toString(),
});

const flowEnds = ({ from, to }: CniFlow): { readonly from: ReportEnd; readonly to: ReportEnd } => ({
  from: endpointEnd(from),
  to: to.kind === "service" ? serviceEnd(to.service) : endpointEnd(to),
});

function endOf(end: DivergenceEnd): ReportEnd {
  if (end.kind === "workload") return workloadEnd(end.workload);
  return end.kind === "addresses" ? addressesEnd(end.addresses) : serviceEnd(end.service);
}

const serviceEnd = ({ namespace, name }: { readonly namespace: string; readonly name: string }): ReportEnd => ({
  kind: "service",
  name: `Service ${namespace}/${name}`,
  namespace,
});

const policyText = ({ namespace, name }: Partial<Pick<NetworkPolicy, "namespace">> & Pick<NetworkPolicy, "name">): string =>
  namespace === undefined ? shown(name) : `${shown(namespace)}/${shown(name)}`;

const ruleText = ({ policy, direction, rule }: CniRuleRef): string => `${policyText(policy)} ${direction}[${String(rule)}]`;
