import { type StackName, stackNames, synthesize } from "./synthesized";
import { variants } from "./variants";

export type Block = Record<string, unknown>;

/** The resources of one stack, by type and name. */
export type StackResources = Record<string, Record<string, Block>>;

/** Changes the JSON of one stack as it was synthesized. */
export type StackChange = (resources: StackResources) => void;

/** One thing wrong with our own stacks, and the finding that must say so. */
export interface Mistake {
  readonly title: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly changes: Partial<Record<StackName, StackChange>>;
  readonly finding: string;
  readonly subject: string;
}

/** The one resource whose name contains this. */
export function one(resources: StackResources, type: string, part: string): Block {
  const [block, ...others] = Object.entries(resources[type] ?? {}).filter(([name]) => name.includes(part));
  expect(others).toEqual([]);
  return block![1];
}

const addressOf = (resources: StackResources, type: string, part: string): string =>
  `${type}.${Object.keys(resources[type] ?? {}).find((name) => name.includes(part))!}`;
const addon = (resources: StackResources): Block => one(resources, "aws_eks_addon", "vpc-cni");

/** Nodes no longer wait for the add-on. */
const loosened: StackChange = (json) => {
  const nodes = one(json, "aws_eks_node_group", "nodes");
  const cni = addressOf(json, "aws_eks_addon", "vpc-cni");
  nodes.depends_on = (nodes.depends_on as string[]).filter((each) => each !== cni);
};

const afterCompute: StackChange = (json) => {
  loosened(json);
  addon(json).depends_on = [...(addon(json).depends_on as string[]), addressOf(json, "aws_eks_node_group", "nodes")];
};

const powerless: StackChange = (json) => {
  const attachment = addressOf(json, "aws_iam_role_policy_attachment", "vpc-cni");
  const others = Object.entries(json.aws_iam_role_policy_attachment ?? {}).filter(([name]) => !attachment.endsWith(`.${name}`));
  json.aws_iam_role_policy_attachment = Object.fromEntries(others);
  addon(json).depends_on = [];
};

const otherPort: StackChange = (json) => {
  const spec = one(json, "kubernetes_service_v1", "backend").spec as { port: { port: number }[] | { port: number } };
  for (const port of [spec.port].flat()) port.port = 8080;
};

const barePod: StackChange = (json) => {
  json.kubernetes_pod_v1 = {
    bare: { metadata: { namespace: "backend", name: "bare" }, spec: { container: { name: "nginx", image: "nginx" } } },
  };
};

const addonFinding = (finding: string): Pick<Mistake, "finding" | "subject"> => ({ finding, subject: "aws_eks_addon.vpc-cni_addon" });

export const enforcementOff: Mistake = {
  title: "enforcement off",
  changes: { cluster: (json) => void (addon(json).configuration_values = '{"enableNetworkPolicy":"false"}') },
  ...addonFinding("VPC001"),
};

/** Each makes the gate fail, and is the only error there is. */
export const mistakes: readonly Mistake[] = [
  enforcementOff,
  {
    title: "the add-on after compute",
    changes: { cluster: afterCompute },
    ...addonFinding("VPC028"),
  },
  {
    title: "the add-on in no order with compute, where the cluster brings no plugin of its own",
    changes: { cluster: loosened },
    ...addonFinding("VPC028"),
  },
  {
    title: "the IRSA role dropped",
    changes: { cluster: (json) => (addon(json).service_account_role_arn = null) },
    ...addonFinding("VPC029"),
  },
  {
    title: "the association of Pod Identity dropped",
    settings: variants["pod identity"],
    changes: { cluster: (json) => (addon(json).pod_identity_association = null) },
    ...addonFinding("VPC029"),
  },
  {
    title: "the role without its policy",
    changes: { cluster: powerless },
    ...addonFinding("VPC029"),
  },
  {
    title: "a Service with another port than its container",
    changes: { policies: otherPort },
    finding: "VPC006",
    subject: "nginx",
  },
  {
    title: "a bare pod",
    changes: { policies: barePod },
    finding: "VPC003",
    subject: "bare",
  },
];

const texts = new Map<string, Readonly<Record<StackName, string>>>();

/** The stacks as `cdktf synth` writes them; synthesized once for each choice of settings. */
export function stackTexts(settings: Readonly<Record<string, unknown>>): Readonly<Record<StackName, string>> {
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

/** The files of `cdktf.out` after an edit of what was synthesized, by their names in it. */
export function changedStacks(
  settings: Readonly<Record<string, unknown>> = {},
  changes: Partial<Record<StackName, StackChange>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    stackNames.map((name) => {
      const json = JSON.parse(stackTexts(settings)[name]) as { resource: StackResources };
      changes[name]?.(json.resource);
      return [`stacks/${name}/cdk.tf.json`, JSON.stringify(json)] as const;
    }),
  );
}
