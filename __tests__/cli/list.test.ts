import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listedConnections } from "../../cli/query/listed-connections";
import { evaluate } from "../../engine";
import type { ListReport } from "../../engine/report";
import { cluster } from "../builders";
import { netpol } from "./netpol";
import { expectRefusal, reportOf } from "./report-of";

/** One line for each connection. */
const linesOf = ({ connections }: ListReport): readonly string[] =>
  connections.map(({ from, to, connections: { possible } }) => `${from.name} → ${to.name} ${possible}`);

const listed = async (...args: readonly string[]): Promise<readonly string[]> => linesOf((await reportOf("list", ...args)).report);

describe("the experiment", () => {
  const always = [
    "frontend/nginx → internet all",
    "backend/nginx → frontend/nginx all",
    "backend/nginx → internet all",
    "internet → frontend/nginx all",
  ];

  test.each([
    ["step-1", ["frontend/nginx → backend/nginx all", "internet → backend/nginx all", ...always]],
    ["step-2", always],
    ["step-3", ["frontend/nginx → backend/nginx all", ...always]],
  ])("%s: who reaches whom", async (step, expected) => {
    expect([...(await listed(step))].sort()).toEqual([...expected].sort());
  });

  test.each(["text", "table", "markdown", "csv", "dot"])("step 3 as %s", async (format) => {
    const { code, stdout, stderr } = await netpol("list", "step-3", "--explain", "-o", format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });
});

describe("what is listed", () => {
  test("`--focus` with a direction keeps what concerns the end", async () => {
    expect(await listed("shop", "--focus", "data/db", "--direction", "in")).toEqual(["shop/api → data/db TCP 5432"]);
    expect(await listed("shop", "--focus", "shop/api", "--direction", "out")).toEqual([
      "shop/api → data/db TCP 5432",
      "shop/api → kube-system/coredns UDP 53",
    ]);
    expect(await listed("shop", "--focus", "shop/api", "--direction", "in")).toEqual(["shop/web → shop/api TCP 8000"]);
  });

  test.each([
    ["a pattern with a slash", ["--focus", "sh*/*"]],
    ["patterns of names", ["--focus", "w*b", "--focus", "ap?"]],
    ["a namespace", ["--focus", "shop"]],
    ["a Service and a workload", ["--focus", "svc/shop/web", "--focus", "shop/Deployment/api"]],
  ])("`--focus` takes %s", async (_, args) => {
    expect(await listed("shop", ...args, "--pods-only")).toEqual([
      "shop/web → shop/api TCP 8000",
      "shop/web → kube-system/coredns all",
      "shop/web → shop/web TCP 8080",
      "shop/api → data/db TCP 5432",
      "shop/api → kube-system/coredns UDP 53",
      "data/db → shop/web TCP 8080",
      "kube-system/coredns → shop/web TCP 8080",
    ]);
  });

  test("`--focus` on addresses shows which workloads they exchange anything with", async () => {
    expect(await listed("shop", "--focus", "10.0.0.0/8", "--direction", "out")).toEqual(["10.0.0.0/8 → kube-system/coredns all"]);
    expect(await listed("shop", "--focus", "192.168.0.1", "--direction", "out")).toEqual([
      "192.168.0.1 → shop/web TCP 8080",
      "192.168.0.1 → kube-system/coredns all",
    ]);
    expect(await listed("step-3", "--focus", "internet", "--direction", "out")).toEqual(["internet → frontend/nginx all"]);
  });

  test("`--pods-only` leaves addresses out", async () => {
    const lines = await listed("shop", "--pods-only");
    expect(lines).toContain("shop/api → data/db TCP 5432");
    expect(lines.filter((line) => line.includes("internet") || line.includes("0.0.0.0"))).toEqual([]);
  });

  test("`--explain` names the rules of both ends, or why there are none", async () => {
    const { report } = await reportOf("list", "shop", "--focus", "shop/api", "--explain");
    expect(report.connections.map(({ because }) => because)).toEqual([
      ["egress: allowed, no policy isolates shop/web for egress", "ingress: shop/api ingress[0] from[0] ports[0]"],
      ["egress: shop/api egress[0] to[0] ports[0]", "ingress: data/db ingress[0] from[0] ports[0]"],
      ["egress: shop/api egress[1] to[0] ports[0]", "ingress: allowed, no policy isolates kube-system/coredns for ingress"],
    ]);
    const without = await reportOf("list", "shop", "--focus", "shop/api");
    expect(without.report.connections.flatMap(({ because }) => because)).toEqual([]);
  });

  test("`--minimal` says by label what a list says pair by pair", async () => {
    expect(await listed("step-1", "--minimal")).toEqual([
      "every workload → internet all",
      "every workload and internet → every workload all",
    ]);
    const { stdout } = await netpol("list", "shop", "--minimal");
    expect(stdout).toMatchSnapshot();
  });
});

describe("bad usage is one error, exit code 2, and nothing on standard output", () => {
  test.each([
    ["a pattern like nothing", ["--focus", "x*"], "no workload is like `x*`; there are 5, such as `shop/web`"],
    ["a name that is not there", ["--focus", "shop/wep"], "workload `shop/wep` is not there"],
    ["a port in the focus", ["--focus", "shop/web:80"], "`--focus shop/web:80` has a port; name the end alone"],
    ["a direction without a focus", ["--direction", "in"], "`--direction` is seen from the ends in focus"],
    ["another direction", ["--focus", "web", "--direction", "up"], "argument 'up' is invalid"],
    ["statements about some ends", ["--minimal", "--focus", "web"], "option '--minimal' cannot be used with option '--focus"],
    ["a format that cannot show it", ["-o", "junit"], "`--output junit` cannot show this"],
    ["a format nobody knows", ["-o", "pdf"], "`pdf` is no output format"],
  ])("%s", async (_, args, message) => {
    await expectRefusal(["list", "shop", ...args], message);
  });
});

describe("large clusters", () => {
  const crowd = Array.from({ length: 600 }, (_, n) => n).reduce(
    (all, n) => all.deployment(`web-${String(n)}`),
    cluster().namespace("shop"),
  );
  const evaluation = evaluate(crowd.build());

  test("more connections than anybody reads are refused before a line is made, with ways out", () => {
    expect(() => listedConnections(evaluation, { podsOnly: true })).toThrow(
      /^360,000 connections .*`--focus`.*`netpol matrix --by namespace`$/,
    );
  });

  test("the refusal counts only what would be listed", () => {
    const [first] = evaluation.cluster.workloads;
    const focus = { workloads: new Set([first!]), addresses: [] };
    expect(listedConnections(evaluation, { podsOnly: true, focus, direction: "out" }, 600)).toHaveLength(600);
    expect(() => listedConnections(evaluation, { podsOnly: true, focus }, 1198)).toThrow("1,199 connections");
    expect(listedConnections(evaluation, { podsOnly: true, focus }, 1199)).toHaveLength(1199);
  });
});

test("outputs of the configuration that cannot show a list are left out", async () => {
  const folder = mkdtempSync(join(tmpdir(), "netpol-list-"));
  const config = join(folder, "netpol.config.yaml");
  writeFileSync(config, `version: 1\noutput: [sarif=${join(folder, "x.sarif")}, csv]\ninputs: [step-2]\n`);
  const { code, stdout, stderr } = await netpol("list", "-c", config);
  rmSync(folder, { recursive: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\r\n")[0]).toBe("from,to,certain,possible,because");
});
