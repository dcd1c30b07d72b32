import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate } from "../../../engine/evaluation";
import { clusterEnforcement } from "../../../engine/lint/cni-context";
import { lint, type LintContext } from "../../../engine/lint";
import { joinInputs, readInputs } from "../../../inputs";
import { toCluster } from "../../../inputs/kubernetes";
import { type StackName, stackNames, synthesize } from "../../stacks/synthesized";
import { variants } from "../../stacks/variants";

type Block = Record<string, unknown>;
/** Changes the JSON of one stack as it was synthesized. */
type Change = (resources: Record<string, Record<string, Block>>) => void;

const texts = new Map<string, Readonly<Record<StackName, string>>>();

/** The stacks as `cdktf synth` writes them; synthesized once for each choice of settings. */
function synthesized(settings: Readonly<Record<string, unknown>>): Readonly<Record<StackName, string>> {
  const key = JSON.stringify(settings);
  const made = texts.get(key) ?? textsOf(synthesize(settings));
  texts.set(key, made);
  return made;
}

const textsOf = (stacks: ReturnType<typeof synthesize>): Readonly<Record<StackName, string>> => ({
  network: stacks.network.text,
  cluster: stacks.cluster.text,
  policies: stacks.policies.text,
});

function contextOf(settings: Readonly<Record<string, unknown>>, changes: Partial<Record<StackName, Change>> = {}): LintContext {
  const files = stackNames.map((name) => {
    const json = JSON.parse(synthesized(settings)[name]) as { resource: Record<string, Record<string, Block>> };
    changes[name]?.(json.resource);
    return { file: `cdktf.out/stacks/${name}/cdk.tf.json`, text: JSON.stringify(json) };
  });
  const { after } = joinInputs(readInputs(files, {}).value).value;
  return { evaluation: evaluate(toCluster(after.objects).value), changes: [], objects: after.objects, infrastructure: after.resources };
}

const found = (context: LintContext): readonly string[] =>
  lint(context)
    .results.filter(({ rule }) => rule.code.startsWith("VPC") || rule.code === "NP900")
    .map(({ rule, severity, subject }) => `${rule.code} ${severity} ${subject.name.replace(/_[0-9A-F]{8}$/, "")}`);

const errors = (context: LintContext): readonly string[] => found(context).filter((each) => each.includes(" error "));

/** The one resource whose name contains this. */
function one(resources: Record<string, Record<string, Block>>, type: string, part: string): Block {
  const [block, ...others] = Object.entries(resources[type] ?? {}).filter(([name]) => name.includes(part));
  expect(others).toEqual([]);
  return block![1];
}
const addressOf = (resources: Record<string, Record<string, Block>>, type: string, part: string): string =>
  `${type}.${Object.keys(resources[type] ?? {}).find((name) => name.includes(part))!}`;
const addon = (resources: Record<string, Record<string, Block>>): Block => one(resources, "aws_eks_addon", "vpc-cni");

const without = (blocks: Record<string, Block> | undefined, name: string): Record<string, Block> =>
  Object.fromEntries(Object.entries(blocks ?? {}).filter(([each]) => each !== name));

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
  test("enforcement off fails with VPC001, and the report says that nothing is enforced", () => {
    const context = contextOf({}, { cluster: (json) => void (addon(json).configuration_values = '{"enableNetworkPolicy":"false"}') });
    expect(errors(context)).toEqual(["VPC001 error aws_eks_addon.vpc-cni_addon"]);
    const { enforcement } = clusterEnforcement(context);
    expect(enforcement.state).toBe("none");
    expect(enforcement.policies).toHaveLength(2);
    expect(enforcement.grounds[0]).toMatchObject({ code: "VPC001", location: { constructPath: "cluster/vpc-cni/vpc-cni/addon" } });
  });

  test("the add-on after compute fails with VPC028", () => {
    const moved: Change = (json) => {
      const nodes = one(json, "aws_eks_node_group", "nodes");
      const cni = addressOf(json, "aws_eks_addon", "vpc-cni");
      nodes.depends_on = (nodes.depends_on as string[]).filter((each) => each !== cni);
      addon(json).depends_on = [...(addon(json).depends_on as string[]), addressOf(json, "aws_eks_node_group", "nodes")];
    };
    expect(errors(contextOf({}, { cluster: moved }))).toEqual(["VPC028 error aws_eks_addon.vpc-cni_addon"]);
  });

  test("the add-on in no order with compute fails with VPC028, since the cluster brings no plugin of its own", () => {
    const loosened: Change = (json) => {
      const nodes = one(json, "aws_eks_node_group", "nodes");
      const cni = addressOf(json, "aws_eks_addon", "vpc-cni");
      nodes.depends_on = (nodes.depends_on as string[]).filter((each) => each !== cni);
    };
    expect(errors(contextOf({}, { cluster: loosened }))).toEqual(["VPC028 error aws_eks_addon.vpc-cni_addon"]);
  });

  test.each([
    ["the IRSA role", {}, "service_account_role_arn"],
    ["the association of Pod Identity", variants["pod identity"], "pod_identity_association"],
  ])("%s dropped fails with VPC029", (_title, settings, argument) => {
    const context = contextOf(settings, { cluster: (json) => (addon(json)[argument] = null) });
    expect(errors(context)).toEqual(["VPC029 error aws_eks_addon.vpc-cni_addon"]);
  });

  test("the role without its policy fails with VPC029", () => {
    const context = contextOf(
      {},
      {
        cluster: (json) => {
          const attachment = addressOf(json, "aws_iam_role_policy_attachment", "vpc-cni").split(".")[1]!;
          json.aws_iam_role_policy_attachment = without(json.aws_iam_role_policy_attachment, attachment);
          addon(json).depends_on = [];
        },
      },
    );
    expect(errors(context)).toEqual(["VPC029 error aws_eks_addon.vpc-cni_addon"]);
  });

  test("a Service with another port than its container fails with VPC006", () => {
    const unlike: Change = (json) => {
      const spec = one(json, "kubernetes_service_v1", "backend").spec as { port: { port: number }[] | { port: number } };
      for (const port of [spec.port].flat()) port.port = 8080;
    };
    expect(errors(contextOf({}, { policies: unlike }))).toEqual(["VPC006 error nginx"]);
  });

  test("a bare pod fails with VPC003", () => {
    const bare: Change = (json) => {
      json.kubernetes_pod_v1 = {
        bare: { metadata: { namespace: "backend", name: "bare" }, spec: { container: { name: "nginx", image: "nginx" } } },
      };
    };
    expect(errors(contextOf({}, { policies: bare }))).toEqual(["VPC003 error bare"]);
  });

  test("the policies in a stack that reads nothing of the cluster are worth knowing (VPC022)", () => {
    const texts = synthesized({});
    const files = stackNames.map((name) => {
      const json = JSON.parse(texts[name]) as { data?: Record<string, unknown>; provider?: unknown };
      if (name === "policies") {
        delete json.data?.terraform_remote_state;
        delete json.provider;
      }
      return { file: `cdktf.out/stacks/${name}/cdk.tf.json`, text: JSON.stringify(json) };
    });
    const { after } = joinInputs(readInputs(files, {}).value).value;
    const context = {
      evaluation: evaluate(toCluster(after.objects).value),
      changes: [],
      objects: after.objects,
      infrastructure: after.resources,
    };
    expect(found(context).filter((each) => each.startsWith("VPC022"))).toEqual([
      "VPC022 info default-deny-ingress",
      "VPC022 info netpol-allow-nginx-front",
    ]);
  });
});
