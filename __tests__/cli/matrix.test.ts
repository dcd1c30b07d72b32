import fc from "fast-check";
import { changedMatrix } from "../../cli/query/matrix-changes";
import { diff, evaluate } from "../../engine";
import { connectionMatrix, type MatrixReport, workloadEnd } from "../../engine/report";
import { anyCluster } from "../arbitraries/cluster";
import { check } from "../property-runs";
import { netpol } from "./netpol";
import { expectRefusal, reportOf } from "./report-of";

/** `frontend → backend: all [added]`, for every cell that something may flow in or that changed. */
const cellsOf = ({ rows, columns, cells }: MatrixReport): readonly string[] =>
  rows.flatMap(({ name }, row) =>
    columns.flatMap((column, place) => {
      const cell = cells[row]?.[place] ?? null;
      if (cell === null || (cell.summary === "none" && cell.change === undefined)) return [];
      return [`${name} → ${column.name}: ${cell.connections.possible}${cell.change === undefined ? "" : ` [${cell.change}]`}`];
    }),
  );

const always = ["frontend → internet: all", "backend → frontend: all", "backend → internet: all", "internet → frontend: all"];

describe("the experiment", () => {
  test.each([
    ["step-1", ["frontend → backend: all", "internet → backend: all", ...always]],
    ["step-2", always],
    ["step-3", ["frontend → backend: all", ...always]],
  ])("%s by namespace", async (step, expected) => {
    const { report } = await reportOf("matrix", step);
    expect(report.by).toBe("namespace");
    expect([...cellsOf(report)].sort()).toEqual([...expected].sort());
  });

  test("from step 1 to step 2 two cells close, and from step 2 to step 3 one opens", async () => {
    const closing = await reportOf("matrix", "step-2", "--before", "step-1");
    expect([...cellsOf(closing.report)].sort()).toEqual(
      ["frontend → backend: none [removed]", "internet → backend: none [removed]", ...always].sort(),
    );
    const opening = await reportOf("matrix", "step-3", "--before", "step-2");
    expect([...cellsOf(opening.report)].sort()).toEqual(["frontend → backend: all [added]", ...always].sort());
  });

  test.each(["text", "table", "markdown", "csv"])("step 2 to step 3 as %s", async (format) => {
    const { code, stdout, stderr } = await netpol("matrix", "step-3", "--before", "step-2", "-o", format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });
});

test("by workload, ports are shown", async () => {
  const { report } = await reportOf("matrix", "shop", "--by", "workload");
  expect(report.by).toBe("workload");
  expect(cellsOf(report)).toContain("shop/api → data/db: TCP 5432");
  expect((await netpol("matrix", "shop", "--by", "workload")).stdout).toMatchSnapshot();
});

test("what is gone keeps its row and column, and what it lost is marked", async () => {
  const { report } = await reportOf("matrix", "step-3", "--before", "shop", "--by", "workload");
  expect(report.rows.map(({ name }) => name)).toEqual([
    "frontend/nginx",
    "backend/nginx",
    "shop/web",
    "shop/api",
    "data/db",
    "kube-system/coredns",
    "data/backup",
    "internet",
  ]);
  expect(cellsOf(report)).toContain("shop/api → data/db: none [removed]");
  expect(cellsOf(report)).toContain("frontend/nginx → backend/nginx: all [added]");
});

test("a cell is marked exactly where some pair in it differs", () => {
  check(
    "matrix changes",
    60,
    fc.property(anyCluster(), anyCluster(), fc.boolean(), (one, other, isSameWorkloads) => {
      const before = evaluate(one);
      const after = evaluate(isSameWorkloads ? { ...one, policies: other.policies } : other);
      const { rows, columns, cells } = changedMatrix(before, after, "workload");
      const nameOf = (end: { readonly kind: string }, name: string): string => (end.kind === "addresses" ? "internet" : name);
      const marked = rows.flatMap((row, x) =>
        columns.flatMap((column, y) =>
          cells[x]?.[y]?.change === undefined
            ? []
            : [`${row.workloadKind ?? ""} ${row.name} → ${column.workloadKind ?? ""} ${column.name}`],
        ),
      );
      const differing = diff(before, after).connections.map(({ from, to }) =>
        [from, to]
          .map((end) => (end.kind === "workload" ? `${end.workload.kind} ${nameOf(end, workloadEnd(end.workload).name)}` : " internet"))
          .join(" → "),
      );
      expect(marked.sort()).toEqual([...new Set(differing)].sort());
    }),
  );
});

test("compared with itself, a cluster's matrix is what it is without a before", () => {
  check(
    "matrix of no change",
    60,
    fc.property(anyCluster(), fc.constantFrom("workload" as const, "namespace" as const), (content, by) => {
      const evaluation = evaluate(content);
      expect(changedMatrix(evaluation, evaluation, by)).toEqual(connectionMatrix(evaluation, by));
    }),
  );
});

describe("bad usage is one error, exit code 2, and nothing on standard output", () => {
  test.each([
    ["another grouping", ["step-1", "--by", "label"], "argument 'label' is invalid"],
    ["a format that cannot show it", ["step-1", "-o", "dot"], "`--output dot` cannot show this"],
    ["no input", [], "no input is named"],
    ["an input that is not there", ["step-9"], "`step-9` is not there"],
  ])("%s", async (_, args, message) => {
    await expectRefusal(["matrix", ...args], message);
  });
});
