import { type AwsNetwork, awsNetwork } from "../../../engine/aws-network";
import type { InfrastructureResource } from "../../../engine/model";
import { readInputs } from "../../../inputs";
import { stackNames, synthesize } from "../../stacks/synthesized";

/** A configuration in Terraform's JSON syntax: resources by type and name. */
export type Configuration = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** The resources of a configuration, read as the tool reads them. */
export function resourcesOf(configuration: Configuration): readonly InfrastructureResource[] {
  return resourcesIn([{ file: "cdk.tf.json", text: JSON.stringify({ resource: configuration }) }]);
}

function resourcesIn(files: readonly { readonly file: string; readonly text: string }[]): readonly InfrastructureResource[] {
  const { value, problems } = readInputs(files);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return value.flatMap(({ after }) => after.resources);
}

/** What one stack of ours holds, to change. */
export interface EditableStacks {
  readonly network: { readonly resource: Record<string, Record<string, Record<string, unknown>>> };
  readonly cluster: { readonly resource: Record<string, Record<string, Record<string, unknown>>> };
}

/** The resources of our own stacks with some settings, after an edit of their JSON. */
export function stackResources(
  settings: Readonly<Record<string, unknown>> = {},
  edit: (stacks: EditableStacks) => void = () => undefined,
): readonly InfrastructureResource[] {
  const synthesized = synthesize(settings);
  const json = Object.fromEntries(stackNames.map((name) => [name, JSON.parse(synthesized[name].text)])) as unknown as EditableStacks;
  edit(json);
  return resourcesIn(
    stackNames.map((name) => ({ file: `cdktf.out/stacks/${name}/cdk.tf.json`, text: JSON.stringify((json as never)[name]) })),
  );
}

/** The network that resources describe, which must be there. */
export function networkOf(resources: readonly InfrastructureResource[]): AwsNetwork {
  const network = awsNetwork(resources);
  expect(network).toBeDefined();
  return network as AwsNetwork;
}

/** Our own stacks as a network. */
export const stackNetwork = (...parts: Parameters<typeof stackResources>): AwsNetwork => networkOf(stackResources(...parts));

/** A small cluster: two private subnets, nodes with the group `nodes`; `more` is merged over it, type by type and name by name. */
export function smallCluster(more: Configuration = {}): Configuration {
  const base: Configuration = {
    aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
    aws_subnet: {
      a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.0.0/20" },
      b: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.16.0/20" },
    },
    aws_security_group: { nodes: { vpc_id: "${aws_vpc.main.id}" } },
    aws_vpc_security_group_ingress_rule: {
      self: {
        security_group_id: "${aws_security_group.nodes.id}",
        referenced_security_group_id: "${aws_security_group.nodes.id}",
        ip_protocol: "-1",
      },
    },
    aws_vpc_security_group_egress_rule: {
      all: { security_group_id: "${aws_security_group.nodes.id}", cidr_ipv4: "0.0.0.0/0", ip_protocol: "-1" },
    },
    aws_eks_cluster: { eks: { name: "eks", vpc_config: { subnet_ids: ["${aws_subnet.a.id}", "${aws_subnet.b.id}"] } } },
    aws_launch_template: { nodes: { vpc_security_group_ids: ["${aws_security_group.nodes.id}"] } },
    aws_eks_node_group: {
      nodes: {
        cluster_name: "eks",
        subnet_ids: ["${aws_subnet.a.id}", "${aws_subnet.b.id}"],
        launch_template: { id: "${aws_launch_template.nodes.id}", version: "1" },
      },
    },
  };
  const types = new Set([...Object.keys(base), ...Object.keys(more)]);
  return Object.fromEntries([...types].map((type) => [type, { ...base[type], ...more[type] }]));
}

export const smallNetwork = (more: Configuration = {}): AwsNetwork => networkOf(resourcesOf(smallCluster(more)));
