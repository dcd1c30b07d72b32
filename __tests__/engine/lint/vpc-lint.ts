import { parseAllDocuments } from "yaml";
import { lint, type LintContext, type LintResult, lintRules, runRules } from "../../../engine/lint";
import { joinInputs, readInputs } from "../../../inputs";
import { toCluster } from "../../../inputs/kubernetes";
import { evaluate } from "../../../engine/evaluation";
import { contextOf } from "./lint-yaml";

type Json = Readonly<Record<string, unknown>>;

/** What a test says about a cluster that enforces its policies, where it differs from an ordinary one. */
export interface EksChanges {
  /** `aws_eks_cluster` arguments. */
  readonly cluster?: Json;
  /** `aws_eks_addon` arguments; undefined: no add-on. */
  readonly addon?: Json | undefined;
  /** `configuration_values`, as an object. @default enforcement on */
  readonly configuration?: unknown;
  /** More resources, by type and name. */
  readonly more?: Json;
}

const attachment = { role: "cni", policy_arn: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" };

/** A cluster with the add-on as it should be: pinned, on, with a role, before its nodes. */
export function eks({ cluster = {}, configuration = { enableNetworkPolicy: "true" }, more = {}, ...rest }: EksChanges = {}): string {
  const addon = {
    cluster_name: "shop",
    addon_name: "vpc-cni",
    addon_version: "v1.23.1-eksbuild.1",
    configuration_values: JSON.stringify(configuration),
    service_account_role_arn: "${aws_iam_role.cni.arn}",
    depends_on: ["aws_iam_role_policy_attachment.cni"],
  };
  const withAddon = !("addon" in rest) || rest.addon !== undefined;
  return JSON.stringify({
    resource: {
      aws_eks_cluster: { shop: { name: "shop", version: "1.35", ...cluster } },
      ...(withAddon ? { aws_eks_addon: { cni: { ...addon, ...rest.addon } } } : {}),
      aws_iam_role: { cni: { name: "cni", assume_role_policy: "{}" } },
      aws_iam_role_policy_attachment: { cni: attachment },
      aws_eks_node_group: {
        nodes: {
          cluster_name: "shop",
          ami_type: "AL2023_x86_64_STANDARD",
          ...(withAddon ? { depends_on: ["aws_eks_addon.cni"] } : {}),
        },
      },
      ...more,
    },
  });
}

/** The context that manifests make beside a cluster in Terraform's JSON (YAML will do). */
export function vpcContext(manifests: string, infrastructure: string = eks()): LintContext {
  const text = JSON.stringify(parseAllDocuments(infrastructure)[0]?.toJS() ?? {});
  const { value, problems } = readInputs([{ file: "cluster.tf.json", text }], {});
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const { after } = joinInputs(value).value;
  const context = contextOf(manifests);
  const objects = [...context.objects, ...after.objects];
  const evaluation = after.objects.length === 0 ? context.evaluation : evaluate(toCluster(objects).value);
  return { ...context, evaluation, objects, infrastructure: after.resources };
}

/** What one rule finds. */
export function vpcFindings(code: string, manifests: string, infrastructure?: string): readonly LintResult[] {
  const rule = lintRules.find((each) => each.code === code);
  if (rule === undefined) throw new Error(`no rule \`${code}\``);
  const { results, notRun } = runRules([rule], vpcContext(manifests, infrastructure));
  expect(notRun).toEqual([]);
  expect(results.filter((each) => each.rule.code === "NP900")).toEqual([]);
  return results;
}

/** What every rule about the VPC CNI finds, as `code severity subject`. */
export const vpcSummary = (context: LintContext): readonly string[] =>
  lint(context)
    .results.filter(({ rule }) => rule.code.startsWith("VPC") || rule.code === "NP900")
    .map(({ rule, severity, subject }) => `${rule.code} ${severity} ${subject.namespace ?? ""}/${subject.name}`);

/** A Deployment in one line of YAML, with ports as `name TCP 80`. */
export function deployment(
  namespace: string,
  name: string,
  labels: Readonly<Record<string, string>> = { app: name },
  ports: readonly string[] = [],
  spec: Json = {},
): string {
  const containerPorts = ports.map((port) => {
    const [portName, protocol, number] = port.split(" ");
    return { name: portName, protocol, containerPort: Number(number) };
  });
  return `${JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace, name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image: "nginx", ports: containerPorts }], ...spec } },
    },
  })}\n---\n`;
}

/** A Service in one line of YAML, with ports as `80:8080` or `80:http`. */
export function service(
  namespace: string,
  name: string,
  selector: Readonly<Record<string, string>> | undefined,
  ports: readonly string[],
  more: Json = {},
): string {
  const list = ports.map((port, index) => {
    const [own = "", target = own] = port.split(":");
    return { name: `p${String(index)}`, port: Number(own), targetPort: /^\d+$/.test(target) ? Number(target) : target };
  });
  return `${JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { namespace, name }, spec: { selector, ports: list, ...more } })}\n---\n`;
}
