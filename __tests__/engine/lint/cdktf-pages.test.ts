import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import { EksCluster } from "@cdktf/provider-aws/lib/eks-cluster";
import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { App, TerraformStack } from "cdktf";
import { evaluate } from "../../../engine/evaluation";
import { type LintResult, lintRules, runRules } from "../../../engine/lint";
import { joinInputs, readInputs } from "../../../inputs";
import { toCluster } from "../../../inputs/kubernetes";
import type { LocatedObject } from "../../../inputs/objects";
import { objectsOf } from "./lint-yaml";
import { exampleIn, pages } from "./pages";

/** Faults that people make in stacks of their own: their pages say it in TypeScript, too. */
const inStacks = [
  ...["NP101", "NP104", "NP105", "NP106", "NP109", "NP201", "NP204", "NP301", "NP302"],
  ...["VPC001", "VPC005", "VPC006", "VPC010", "VPC022", "VPC028", "VPC029"],
];

interface CdktfExample {
  readonly code: string;
  readonly bad: string;
  readonly good: string;
  /** What stands beside it: the page's own bad example. */
  readonly manifests: string;
}

const examples = pages(/^(np|vpc)\d+-.*\.md$/).flatMap(({ file, sections }): readonly CdktfExample[] => {
  const blocks = [...(sections.get("In CDKTF") ?? "").matchAll(/^```ts (bad|good)\n(.*?)^```$/gms)];
  const text = (role: string): string | undefined => blocks.find(([, found]) => found === role)?.[2];
  const [bad, good] = [text("bad"), text("good")];
  if (bad === undefined && good === undefined) return [];
  const code = (/^[a-z]+\d+/.exec(file)?.[0] ?? "").toUpperCase();
  return [{ code, bad: bad ?? "", good: good ?? "", manifests: exampleIn(sections.get("Bad") ?? "").after }];
});

/** A stack with an EKS cluster whose pods have a plugin and nodes to run on, and what a snippet adds to it or puts in their place. */
class ExampleStack extends TerraformStack {
  constructor(app: App, snippet: string) {
    super(app, "shop");
    new AwsProvider(this, "aws", { region: "eu-central-1" });
    new KubernetesProvider(this, "kubernetes");
    const cluster = new EksCluster(this, "cluster", {
      name: "shop",
      version: "1.35",
      roleArn: "arn",
      vpcConfig: { subnetIds: ["subnet-1"] },
    });
    const role = new IamRole(this, "cni-role", { name: "cni", assumeRolePolicy: "{}" });
    const policyArn = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy";
    const attachment = new IamRolePolicyAttachment(this, "cni-policy", { role: role.name, policyArn });
    const isIn = (text: string): boolean => snippet.includes(text);
    const addon = isIn("new EksAddon") ? undefined : this.addon(cluster, role, attachment);
    const given = {
      NetworkPolicyV1,
      ServiceV1,
      EksAddon,
      EksNodeGroup,
      cluster,
      role,
      attachment,
      addon,
      nodeRole: role,
      subnetIds: ["subnet-1"],
    };
    const run = compileFunction(snippet, Object.keys(given)) as (this: TerraformStack, ...values: readonly unknown[]) => void;
    run.call(this, ...Object.values(given));
    if (!isIn("new EksNodeGroup")) this.nodes(cluster, role);
  }

  private addon(cluster: EksCluster, role: IamRole, attachment: IamRolePolicyAttachment): EksAddon {
    return new EksAddon(this, "vpc-cni", {
      clusterName: cluster.name,
      addonName: "vpc-cni",
      addonVersion: "v1.23.1-eksbuild.1",
      configurationValues: JSON.stringify({ enableNetworkPolicy: "true" }),
      serviceAccountRoleArn: role.arn,
      dependsOn: [attachment],
    });
  }

  private nodes(cluster: EksCluster, role: IamRole): void {
    new EksNodeGroup(this, "nodes", {
      clusterName: cluster.name,
      amiType: "AL2023_x86_64_STANDARD",
      nodeRoleArn: role.arn,
      subnetIds: ["subnet-1"],
      scalingConfig: { minSize: 1, maxSize: 1, desiredSize: 1 },
      dependsOn: this.node.children.filter((each) => each instanceof EksAddon),
    });
  }
}

function synthesized(snippet: string): string {
  const outdir = mkdtempSync(join(tmpdir(), "snippet-"));
  try {
    const app = new App({ outdir });
    new ExampleStack(app, snippet);
    app.synth();
    return readFileSync(join(outdir, "stacks", "shop", "cdk.tf.json"), "utf8");
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const nameOf = ({ object }: LocatedObject): string => {
  const { namespace, name } = object.metadata as { readonly namespace?: string; readonly name?: string };
  return JSON.stringify([object.kind, namespace, name]);
};

/** What the rule finds in what a snippet synthesizes to, with the page's manifests for whatever the snippet does not make itself. */
function found({ code, manifests }: CdktfExample, snippet: string): readonly LintResult[] {
  const { value, problems } = readInputs([{ file: "cdktf.out/stacks/shop/cdk.tf.json", text: synthesized(snippet) }], {});
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const { after } = joinInputs(value).value;
  const made = new Set(after.objects.map(nameOf));
  const objects = [...objectsOf(manifests).filter((each) => !made.has(nameOf(each))), ...after.objects];
  const rules = lintRules.filter((rule) => rule.code === code);
  const context = { evaluation: evaluate(toCluster(objects).value), changes: [], objects, infrastructure: after.resources };
  return runRules(rules, context).results;
}

test("the pages of faults that people make in stacks have both forms in TypeScript", () => {
  const complete = examples.filter(({ bad, good }) => bad !== "" && good !== "").map(({ code }) => code);
  expect(complete).toEqual(examples.map(({ code }) => code));
  expect(inStacks.filter((code) => !complete.includes(code))).toEqual([]);
});

test.each(examples)("the bad TypeScript of $code makes the rule fire, from what it synthesizes to", (example) => {
  expect(found(example, example.bad).map(({ rule }) => rule.code)).toContain(example.code);
});

test.each(examples)("the good TypeScript of $code does not", (example) => {
  expect(found(example, example.good).map(({ message }) => message)).toEqual([]);
});
