/** What each place takes at most, and that readers are told what was left out. */
import type { CheckReport, ConnectionChange, DiffReport, ListReport } from "../../engine/report";
import { renderReport } from "../../outputs";
import { stories } from "./stories";

const options = { color: false, version: "1.2.3" };
const check = stories["opened-to-the-internet"] as CheckReport;
const diff = stories["one-flow-opened"] as DiffReport;
const list = stories["who-reaches-whom"] as ListReport;
const repeated = <T>(count: number, make: (index: number) => T): readonly T[] => Array.from({ length: count }, (_, index) => make(index));

const change = diff.connections[0]!;
const manyChanges = (count: number): readonly ConnectionChange[] =>
  repeated(count, (index) => ({ ...change, from: { ...change.from, name: `10.0.${String(index)}.0/24` } }));

describe("a comment", () => {
  const rowsOf = (text: string): number => text.split("\n").filter((line) => line.startsWith("| 🔴")).length;

  test("holds every row while they fit", () => {
    const text = renderReport({ ...diff, connections: manyChanges(50).map(({ example: _example, ...rest }) => rest) }, "markdown", options);
    expect(rowsOf(text)).toBe(50);
    expect(text).not.toContain("to keep this short");
  });

  test("loses rows first, and says how many", () => {
    const text = renderReport(
      { ...diff, connections: manyChanges(5000).map(({ example: _example, ...rest }) => rest) },
      "markdown",
      options,
    );
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text.length).toBeGreaterThan(55_000);
    expect(text).toContain(`… and ${String(5000 - rowsOf(text))} more changed connections cut`);
  });

  test("keeps twenty rows, and then loses details", () => {
    const text = renderReport({ ...diff, connections: manyChanges(1000) }, "markdown", options);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(rowsOf(text)).toBe(20);
    const explained = text.split("\n").filter((line) => line.includes("before, **allowed** after")).length;
    expect(explained).toBeGreaterThan(50);
    expect(text).toContain(`… and ${String(1000 - explained)} more explanations cut`);
  });

  test.each([1, 100])("is short even when each of %i names is a hundred thousand characters long", (count) => {
    const long = "`|@#1<".repeat(20_000);
    const named = { ...change.from, name: long };
    const findings = repeated(Math.min(count, 10), () => ({ ...check.findings[0]!, message: long, advice: long, name: long }));
    const report = {
      ...check,
      gate: { result: "failed" as const, because: [long] },
      findings,
      diff: repeated(Math.min(count, 100), () => ({ ...change, from: named })),
      notes: repeated(Math.min(count, 10), () => ({ severity: "note" as const, message: long, location: { file: long, line: 1 } })),
    };
    expect(renderReport(report, "markdown", { ...options, links: { source: "https://example.com/" } }).length).toBeLessThanOrEqual(60_000);
  });

  test("of any other list is as short", () => {
    const text = renderReport({ ...list, connections: repeated(20_000, () => list.connections[0]!) }, "markdown", options);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toMatch(/… and \d+ more rows cut/);
  });

  test("starts with the verdict, and never closes what fails", () => {
    const [headline = ""] = renderReport(check, "markdown", options).split("\n");
    expect(headline).toBe("### Network policy check: ❌ failed: 1 expectation does not hold; 1 error; 1 new exposure");
    const beforeDetails = renderReport(check, "markdown", options).split("<details>")[0]!;
    for (const words of ["api-isolated", "NP201", "internet", "shop/allow-all", "stacks/policies.ts:41"])
      expect(beforeDetails).toContain(words);
  });
});

describe("annotations", () => {
  const linesOf = (report: CheckReport): readonly string[] => renderReport(report, "github", options).trimEnd().split("\n");
  const of = (level: string, lines: readonly string[]): number => lines.filter((line) => line.startsWith(`::${level} `)).length;

  test("are at most ten of each level, and the last one says how many are not shown", () => {
    const findings = check.findings.flatMap((finding) => repeated(15, () => finding));
    const lines = linesOf({ ...check, findings, diff: manyChanges(20) });
    expect([of("error", lines), of("warning", lines), of("notice", lines)]).toEqual([10, 10, 10]);
    const all = 15 * 3 + 2 + 20;
    expect(lines.at(-1)).toBe(
      `::notice title=netpol::FAILED: 1 expectation does not hold; 1 error; 1 new exposure; ${String(all - 29)} more not shown here`,
    );
  });

  test("quote what would end a property or a message", () => {
    const finding = { ...check.findings[0]!, name: "a:b,c%d", message: "50% of a,b:c\nnext" };
    const [line = ""] = linesOf({ ...check, findings: [finding], expectations: [], diff: [] });
    expect(line).toContain("title=NP103 a%3Ab%2Cc%25d::NetworkPolicy shop/dns: 50%25 of a,b:c\\u000anext%0Ato do:");
  });

  test("say it when policies are not enforced", () => {
    const enforcement = { state: "none", grounds: [{ message: "the add-on is off" }], policies: [] } as const;
    expect(linesOf({ ...check, enforcement })).toContain(
      "::warning title=enforcement::NetworkPolicies are NOT enforced: every one of them is without effect; the add-on is off",
    );
  });
});

describe("a graph", () => {
  const ends = (count: number, namespaces: number) =>
    repeated(count, (index) => {
      const namespace = `ns-${String(index % namespaces)}`;
      return { kind: "workload" as const, name: `${namespace}/w-${String(index)}`, namespace, workloadKind: "Deployment" };
    });
  const ring = (count: number, namespaces: number): ListReport => {
    const all = ends(count, namespaces);
    return { ...list, connections: all.map((from, index) => ({ ...list.connections[0]!, from, to: all[(index + 1) % count]! })) };
  };

  test("of up to sixty workloads has them all, in a frame for each namespace", () => {
    const text = renderReport(ring(60, 3), "dot", options);
    expect(text.match(/subgraph/g)).toHaveLength(3);
    expect(text.match(/ -> /g)).toHaveLength(60);
    expect(text).not.toContain("as their namespaces");
  });

  test("of more is one of namespaces, with how many pairs connect", () => {
    const text = renderReport(ring(61, 3), "dot", options);
    expect(text).toContain("workloads are shown as their namespaces");
    expect(text).toContain('"workload Namespace ns-0" -> "workload Namespace ns-1" [label="20 pairs"]');
  });

  test("of more than 250 edges draws no more, and says so", () => {
    const text = renderReport(ring(1000, 1000), "dot", options);
    expect(text.match(/ -> /g)).toHaveLength(250);
    expect(text).toContain("750 more edges are not drawn");
  });

  test("shows changes by colour", () => {
    expect(renderReport(diff, "dot", options)).toContain('[label="+ TCP 8080", color="#008000"');
  });
});
