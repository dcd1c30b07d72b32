import type { ExposureReport } from "../../engine/report";
import { netpol } from "./netpol";
import { expectRefusal, reportOf } from "./report-of";

/** What others could exchange with one workload in one direction. */
const entriesOf = ({ workloads }: ExposureReport, name: string, direction: string): readonly string[] =>
  workloads
    .filter((each) => each.workload.name === name && each.direction === direction)
    .flatMap(({ isolated, entries }) => [
      { yes: "isolated", no: "open", maybe: "perhaps isolated" }[isolated],
      ...entries.map(({ other, connections }) => `${other.name}: ${connections.possible}`),
    ]);

describe("the experiment: who could reach the backend", () => {
  test.each([
    ["step-1", ["open", "internet: all", "pods of frontend: all", "any pod of every namespace and new namespaces: all"]],
    ["step-2", ["isolated"]],
    ["step-3", ["isolated", "pods of frontend: all", "any pod {app=nginx} of frontend: all"]],
  ])("%s", async (step, expected) => {
    const { code, report } = await reportOf("exposure", step);
    expect(code).toBe(0);
    expect(entriesOf(report, "backend/nginx", "ingress")).toEqual(expected);
    expect(entriesOf(report, "frontend/nginx", "ingress")[0]).toBe("open");
  });

  test.each(["text", "table", "markdown", "csv", "dot"])("step 3 as %s", async (format) => {
    const { code, stdout, stderr } = await netpol("exposure", "step-3", "-o", format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });
});

describe("what is shown", () => {
  const kindsIn = ({ workloads }: ExposureReport): readonly string[] => [
    ...new Set(workloads.flatMap(({ entries }) => entries.map(({ other }) => (other.kind === "workload" ? "namespaces" : other.kind)))),
  ];

  test.each([
    [["internet"], ["addresses"]],
    [["namespaces"], ["namespaces"]],
    [["future"], ["unlisted"]],
    [
      ["internet", "future"],
      ["addresses", "unlisted"],
    ],
  ])("`--only` %j keeps these entries, and workloads that have some", async (kinds, expected) => {
    const { report } = await reportOf("exposure", "shop", ...kinds.flatMap((kind) => ["--only", kind]));
    expect([...kindsIn(report)].sort()).toEqual(expected);
    expect(report.workloads.filter(({ entries }) => entries.length === 0)).toEqual([]);
    const all = (await reportOf("exposure", "shop")).report.workloads.flatMap(({ entries }) => entries);
    const kept = report.workloads.flatMap(({ entries }) => entries);
    expect(kept).toEqual(all.filter(({ other }) => expected.includes(other.kind === "workload" ? "namespaces" : other.kind)));
  });

  test("private addresses are no internet", async () => {
    const { report } = await reportOf("exposure", "shop", "--only", "internet");
    expect(entriesOf(report, "shop/web", "ingress")).toEqual(["isolated", "0.0.0.0/5, 8.0.0.0/7, 11.0.0.0/8 and 5 more: TCP 8080"]);
    expect(entriesOf(report, "shop/api", "ingress")).toEqual([]);
  });

  test("`--focus` keeps the workloads it names", async () => {
    const { report } = await reportOf("exposure", "shop", "--focus", "shop/*", "--focus", "svc/data/db");
    expect([...new Set(report.workloads.map(({ workload }) => workload.name))]).toEqual(["shop/web", "shop/api", "data/db"]);
  });
});

describe("bad usage is one error, exit code 2, and nothing on standard output", () => {
  test.each([
    ["a kind nobody knows", ["--only", "pods"], "`--only pods` is no kind of exposure; choose internet, namespaces, future"],
    ["a name that is not there", ["--focus", "shop/wbe"], "workload `shop/wbe` is not there"],
    ["addresses in the focus", ["--focus", "internet"], "`--focus internet` is no workload"],
    ["a format that cannot show it", ["-o", "sarif"], "`--output sarif` cannot show this"],
  ])("%s", async (_, args, message) => {
    await expectRefusal(["exposure", "shop", ...args], message);
  });
});
