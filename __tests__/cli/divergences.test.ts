import { netpol } from "./netpol";
import { expectRefusal, reportOf } from "./report-of";

describe("a Service whose selector does not satisfy the peer's", () => {
  test("is closed by the plugin, and the report says why and what to do", async () => {
    const { code, report } = await reportOf("divergences", "divergent.yaml");
    expect(code).toBe(0);
    expect(report.divergences).toMatchObject([
      {
        deviations: ["L-12"],
        because: ["shop/web-out egress[0]"],
        changes: ["use the Service's selector in the peer"],
        pairs: 1,
        opened: "none",
        closed: "TCP 5432",
        undecided: "none",
        examples: [
          {
            from: { name: "shop/web" },
            to: { name: "Service shop/db" },
            closed: "TCP 5432",
            connection: { protocol: "TCP", port: 5432, specification: "allowed", vpcCni: "denied" },
          },
        ],
      },
    ]);
    expect(report.omitted).toBe(0);
    expect(report.enforcement?.state).toBe("unknown");
  });

  test.each(["text", "table", "markdown", "csv"])("as %s", async (format) => {
    const { code, stdout, stderr } = await netpol("divergences", "divergent.yaml", "-o", format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });

  test("fails a run that is to fail", async () => {
    expect((await netpol("divergences", "divergent.yaml", "--fail")).code).toBe(1);
  });
});

test("the experiment is enforced as it is written", async () => {
  for (const step of ["step-1", "step-2", "step-3"]) {
    const { code, stdout } = await netpol("divergences", step, "--fail");
    expect({ code, says: stdout.includes("lets the same flow as the specification") }).toEqual({ code: 0, says: true });
  }
});

test("a number of pairs that is none is refused", async () => {
  await expectRefusal(["divergences", "step-1", "--pairs", "few"], "`--pairs few` is no number of pairs");
});

test("an explanation says that the plugin answers otherwise, and where it does not it is left out", async () => {
  const { report } = await reportOf("explain", "shop/web", "svc/shop/db:5432", "-i", "divergent.yaml");
  expect(report.layers).toMatchObject([{ layer: "vpc-cni", outcome: "denied" }]);
  expect(report.layers[0]?.message).toContain("egress denied");
  expect((await reportOf("explain", "frontend/nginx", "backend/nginx:80", "-i", "step-3")).report.layers).toEqual([]);
});
