import { evaluate } from "../../../engine/evaluation";
import { fingerprintSource, type LintContext, type LintRule, type RuleFinding, runRules } from "../../../engine/lint";
import { emptyCluster } from "../../../engine/model";

const empty: LintContext = { evaluation: evaluate(emptyCluster), changes: [], objects: [] };

const found = (name: string, more: Partial<RuleFinding> = {}): RuleFinding => ({
  subject: { kind: "NetworkPolicy", namespace: "shop", name },
  message: `${name} is wrong`,
  advice: "mend it",
  because: [],
  ...more,
});

const rule = (code: string, findings: () => readonly RuleFinding[], more: Partial<LintRule> = {}): LintRule => ({
  code,
  name: "some-fault",
  title: "Something is wrong",
  severity: "warning",
  category: "correctness",
  check: findings,
  ...more,
});

describe("a run of rules", () => {
  test("sorts findings by rule, object and place in it, whatever order they are found in", () => {
    const second = rule("NP102", () => [found("b"), found("a", { field: "spec.ingress[10]" }), found("a", { field: "spec.ingress[9]" })]);
    const { results } = runRules([second, rule("NP101", () => [found("z")])], empty);
    expect(results.map(({ rule: { code }, subject, field }) => [code, subject.name, field])).toEqual([
      ["NP101", "z", undefined],
      ["NP102", "a", "spec.ingress[9]"],
      ["NP102", "a", "spec.ingress[10]"],
      ["NP102", "b", undefined],
    ]);
  });

  test("takes the severity of the options before that of the finding, and that before the rule's", () => {
    const rules = [rule("NP101", () => [found("a"), found("b", { severity: "error" })])];
    const severities = (options = {}) => runRules(rules, empty, options).results.map(({ severity }) => severity);
    expect(severities()).toEqual(["warning", "error"]);
    expect(severities({ severities: { NP101: "info" } })).toEqual(["info", "info"]);
    expect(severities({ severities: { NP101: "off" } })).toEqual([]);
  });

  test("runs only what is asked for, and skipping wins", () => {
    const rules = ["NP101", "NP102", "NP103"].map((code) => rule(code, () => [found("a")]));
    const codes = (options = {}) => runRules(rules, empty, options).results.map((result) => result.rule.code);
    expect(codes({ only: ["NP101", "NP103"] })).toEqual(["NP101", "NP103"]);
    expect(codes({ skip: ["NP103"] })).toEqual(["NP101", "NP102"]);
    expect(codes({ only: ["NP101"], skip: ["NP101"] })).toEqual([]);
  });

  test("turns a rule that throws into a failing finding, and still hears the others", () => {
    const broken = rule("NP101", () => {
      throw new TypeError("no such thing");
    });
    const { results } = runRules([broken, rule("NP102", () => [found("a")])], empty, { severities: { NP900: "off" } });
    expect(results.map((result) => [result.rule.code, result.severity, result.subject.name])).toEqual([
      ["NP102", "warning", "a"],
      ["NP900", "error", "NP101 some-fault"],
    ]);
    expect(results[1]?.message).toContain("TypeError: no such thing");
  });

  test("says which rules could not be run, and why", () => {
    const neverRun = () => {
      throw new Error("must not run");
    };
    const rules = [rule("NP401", neverRun, { needs: ["plan"] }), rule("VPC001", neverRun, { needs: ["infrastructure"] })];
    const { results, notRun } = runRules(rules, empty);
    expect(results).toEqual([]);
    expect(notRun.map((each) => [each.rule.code, each.because])).toEqual([
      ["NP401", expect.stringContaining("plan")],
      ["VPC001", expect.stringContaining("the stack that holds the cluster")],
    ]);
    expect(runRules(rules, empty, { severities: { NP401: "off" }, skip: ["VPC001"] }).notRun).toEqual([]);
  });

  test("runs a rule that needs a plan when there is a before, or a change", () => {
    const rules = [rule("NP401", () => [found("a")], { needs: ["plan"] })];
    expect(runRules(rules, { ...empty, before: empty.evaluation }).results).toHaveLength(1);
    const change = { address: "a.b", type: "a", effect: "forget", location: {} } as const;
    expect(runRules(rules, { ...empty, changes: [change] }).results).toHaveLength(1);
  });
});

describe("the fingerprint of a finding", () => {
  const [first] = runRules([rule("NP101", () => [found("a", { key: "rule", location: { file: "a.yaml", line: 3 } })])], empty).results;

  test("does not change with the place, the words or the severity", () => {
    const moved = { ...first!, location: { file: "b.yaml", line: 9 }, message: "other words", severity: "info" as const };
    expect(fingerprintSource(moved)).toBe(fingerprintSource(first!));
  });

  test("changes with the rule, the object and the content", () => {
    const others = [
      { ...first!, rule: { ...first!.rule, code: "NP102" } },
      { ...first!, subject: { ...first!.subject, name: "b" } },
      { ...first!, subject: { ...first!.subject, namespace: "other" } },
      { ...first!, subject: { ...first!.subject, kind: "Service" } },
      { ...first!, key: "other" },
    ];
    const sources = [first!, ...others].map(fingerprintSource);
    expect(new Set(sources).size).toBe(sources.length);
  });

  test("is another for each of two findings that say the same", () => {
    const twins = rule("NP101", () => [found("a", { key: "rule" }), found("a", { key: "rule" }), found("a", { key: "rule" })]);
    expect(new Set(runRules([twins], empty).results.map(fingerprintSource)).size).toBe(3);
  });
});
