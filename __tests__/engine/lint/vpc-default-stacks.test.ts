import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate } from "../../../engine/evaluation";
import { clusterEnforcement } from "../../../engine/lint/cni-context";
import { lint, type LintContext } from "../../../engine/lint";
import { type InputFile, joinInputs, readInputs } from "../../../inputs";
import { toCluster } from "../../../inputs/kubernetes";
import { changedStacks, enforcementOff, mistakes, stackTexts } from "../../stacks/mistakes";
import { variants } from "../../stacks/variants";

const contextOf = (...stacks: Parameters<typeof changedStacks>): LintContext =>
  contextIn(Object.entries(changedStacks(...stacks)).map(([name, text]) => ({ file: `cdktf.out/${name}`, text })));

function contextIn(files: readonly InputFile[]): LintContext {
  const { after } = joinInputs(readInputs(files, {}).value).value;
  return { evaluation: evaluate(toCluster(after.objects).value), changes: [], objects: after.objects, infrastructure: after.resources };
}

const found = (context: LintContext): readonly string[] =>
  lint(context)
    .results.filter(({ rule }) => rule.code.startsWith("VPC") || rule.code === "NP900")
    .map(({ rule, severity, subject }) => `${rule.code} ${severity} ${subject.name.replace(/_[0-9A-F]{8}$/, "")}`);

const errors = (context: LintContext): readonly string[] => found(context).filter((each) => each.includes(" error "));

describe("the stacks as they are", () => {
  test.each(Object.entries({ ...variants, "step 2": { step: 2 } }))(
    "have no finding with the settings of %s but what the docs explain",
    (_title, settings) => {
      const context = contextOf(settings);
      expect(clusterEnforcement(context).enforcement).toMatchObject({ state: "enforced", policies: [] });
      const isStrict = "enforcingMode" in settings;
      expect(found(context)).toEqual(isStrict ? [] : ["VPC020 info aws_eks_addon.vpc-cni_addon"]);
    },
  );

  test("the docs explain it", () => {
    const page = readFileSync(join(__dirname, "..", "..", "..", "docs", "rules.md"), "utf8");
    expect(page.split("## What the experiment reports, and why")[1]).toContain("VPC020");
  });

  test("without policies there is nothing to say", () => {
    expect(found(contextOf({ step: 1 }))).toEqual([]);
  });
});

describe("the stacks with one thing wrong", () => {
  test.each(mistakes.map((mistake) => [mistake.title, mistake.finding, mistake] as const))(
    "%s fails with %s",
    (_title, finding, { settings = {}, changes, subject }) => {
      expect(errors(contextOf(settings, changes))).toEqual([`${finding} error ${subject}`]);
    },
  );

  test("with enforcement off, the report says that nothing is enforced", () => {
    const { enforcement } = clusterEnforcement(contextOf({}, enforcementOff.changes));
    expect(enforcement.state).toBe("none");
    expect(enforcement.policies).toHaveLength(2);
    expect(enforcement.grounds[0]).toMatchObject({ code: "VPC001", location: { constructPath: "cluster/vpc-cni/vpc-cni/addon" } });
  });

  test("the policies in a stack that reads nothing of the cluster are worth knowing (VPC022)", () => {
    const files = Object.entries(stackTexts({})).map(([name, text]) => {
      const json = JSON.parse(text) as { data?: Record<string, unknown>; provider?: unknown };
      if (name === "policies") {
        delete json.data?.terraform_remote_state;
        delete json.provider;
      }
      return { file: `cdktf.out/stacks/${name}/cdk.tf.json`, text: JSON.stringify(json) };
    });
    const context = contextIn(files);
    expect(found(context).filter((each) => each.startsWith("VPC022"))).toEqual([
      "VPC022 info default-deny-ingress",
      "VPC022 info netpol-allow-nginx-front",
    ]);
  });
});
