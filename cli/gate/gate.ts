import {
  type CheckReport,
  type ConnectionChange,
  type DiffReport,
  type ExpectationReport,
  type Finding,
  type GateResult,
  isUndecidedChange,
  type ReportBase,
} from "../../engine/report";

import { type EnforcementChange, enforcementGrounds } from "./enforcement-change";

/** What makes the gate fail. */
export interface GatePolicy {
  /** Findings of this severity and above fail the gate. */
  readonly failOn: Finding["severity"] | "none";
  /** Changes of connections that fail the gate. */
  readonly failOnChange: "none" | "added" | "removed" | "any" | "exposure";
  /**
   * `strict`: whatever is not known leaves the gate undecided. `warn`: expectations that cannot be decided do, and changes of which it is not known
   * whether they fail it. `ignore`: nothing does; it is still reported.
   */
  readonly unknown: "strict" | "warn" | "ignore";
}

const ranks: Readonly<Record<Finding["severity"], number>> = { info: 0, warning: 1, error: 2 };

/** Whether a finding fails the gate. */
export const failsGate = ({ severity, status }: Finding, { failOn }: GatePolicy): boolean =>
  status === "new" && failOn !== "none" && ranks[severity] >= ranks[failOn];

/** What a gate looks at. */
interface GateParts extends Pick<CheckReport, "findings" | "expectations" | "diff" | "inputs"> {
  /** Why everything reported may be otherwise. @default nothing */
  readonly doubts?: readonly string[];
  /** How the enforcement of policies differs from before. @default not at all, or nobody knows */
  readonly enforcementChange?: EnforcementChange | undefined;
}

/** The answer to a check: failed wins over undecided, undecided over passed. */
export function gateResult(report: GateParts, policy: GatePolicy): GateResult {
  const changes = report.diff ?? [];
  const failed = [
    ...expectationGrounds(report.expectations, "failed", "fails"),
    ...findingGrounds(report.findings, policy),
    ...changeGrounds(
      changes.filter((change) => !isUndecidedChange(change)),
      policy,
      "certain",
    ),
    ...enforcementGrounds(report.enforcementChange, policy),
  ];
  if (failed.length > 0) return { result: "failed", because: failed };
  const undecided = [
    ...(policy.unknown === "ignore" ? [] : expectationGrounds(report.expectations, "undecided", "cannot be decided")),
    ...(policy.unknown === "ignore" ? [] : changeGrounds(changes.filter(isUndecidedChange), policy, "possible")),
    ...inputGrounds(report.inputs, policy),
    ...(policy.unknown === "strict" ? (report.doubts ?? []) : []),
    ...(policy.unknown === "strict" ? changeDoubts(changes) : []),
  ];
  return undecided.length > 0 ? { result: "undecided", because: undecided } : { result: "passed", because: [] };
}

/** The answer to a diff alone. */
export function changeResult(
  { connections, ...parts }: Pick<DiffReport, "connections"> & Pick<GateParts, "inputs" | "doubts" | "enforcementChange">,
  policy: GatePolicy,
): GateResult {
  return gateResult({ findings: [], expectations: [], diff: connections, ...parts }, policy);
}

function expectationGrounds(
  expectations: readonly ExpectationReport[],
  result: ExpectationReport["result"],
  verb: string,
): readonly string[] {
  return expectations.filter((each) => each.result === result && each.severity === "error").map(({ id }) => `expectation ${id} ${verb}`);
}

function findingGrounds(findings: readonly Finding[], policy: GatePolicy): readonly string[] {
  const failing = findings.filter((finding) => failsGate(finding, policy));
  const codes = new Map<string, number>();
  for (const { code, name } of failing) codes.set(`${code} ${name}`, (codes.get(`${code} ${name}`) ?? 0) + 1);
  return [...codes].map(([rule, count]) => (count === 1 ? rule : `${rule}, ${String(count)} times`));
}

function changeGrounds(changes: readonly ConnectionChange[], { failOnChange }: GatePolicy, how: "certain" | "possible"): readonly string[] {
  const isWanted: Readonly<Record<GatePolicy["failOnChange"], (change: ConnectionChange) => boolean>> = {
    none: () => false,
    added: ({ opened }) => opened !== "none",
    removed: ({ closed }) => closed !== "none",
    any: ({ opened, closed }) => opened !== "none" || closed !== "none",
    exposure: ({ exposure }) => exposure,
  };
  const count = changes.filter(isWanted[failOnChange]).length;
  if (count === 0) return [];
  const [noun, verb] = [count === 1 ? "pair" : "pairs", how === "possible" ? "may connect" : count === 1 ? "connects" : "connect"];
  const compared = {
    none: "",
    added: "more than before",
    removed: "less than before",
    any: "otherwise than before",
    exposure: "across a border where nothing did",
  }[failOnChange];
  return [`${String(count)} ${noun} ${verb} ${compared} (--fail-on-change ${failOnChange})`];
}

/** A change of what is certain, without one of what is possible: something that was known no longer is. */
const changeDoubts = (changes: readonly ConnectionChange[]): readonly string[] => {
  const count = changes.filter(({ after }) => after.certain !== after.possible).length;
  return count === 0 ? [] : [`what ${String(count)} changed ${count === 1 ? "pair exchanges" : "pairs exchange"} afterwards is not known`];
};

function inputGrounds(inputs: ReportBase["inputs"], { unknown }: GatePolicy): readonly string[] {
  if (unknown !== "strict") return [];
  return inputs.flatMap(({ name, opaque, incomplete }) => [
    ...opaque.map(({ because }) => `${name}: ${because}`),
    ...incomplete.map((because) => `${name}: ${because}`),
  ]);
}
