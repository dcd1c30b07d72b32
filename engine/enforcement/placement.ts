import { type InfrastructureResource, isUnknown, type Labels, unknown, type Value, type Workload } from "../model";
import { isObject, textAt, valueAt } from "../lint/written-objects";
import type { LintContext } from "../lint/rule";
import type { FargateSelector, NodeSettings, WorkloadRef } from "../vpc-cni/settings";
import { asText, blocksAt, doubtOf, textArgument } from "./arguments";
import type { InfrastructureFacts } from "./facts";
import { writtenWorkloads } from "./pod-templates";

/** Where pods run that are not on EC2 Linux nodes. */
export function nodeSettings(facts: InfrastructureFacts, context: LintContext): NodeSettings {
  return {
    fargate: facts.fargateProfiles.flatMap(fargateSelectors),
    windows: windowsWorkloads(facts, context),
    autoMode: facts.clusters.map(({ autoMode }) => autoMode).find((each) => isUnknown(each) || each) ?? false,
  };
}

/** The selectors of a profile; one that matches perhaps anything where they are not known. */
export function fargateSelectors(profile: InfrastructureResource): readonly FargateSelector[] {
  const blocks = blocksAt(profile.values, "selector");
  const doubt = isUnknown(blocks) ? blocks : doubtOf(profile);
  if (isUnknown(blocks)) return [{ namespace: blocks, labels: {} }];
  return blocks.map((block) => {
    const namespace = asText(valueAt(block, "namespace")) ?? unknown(`the namespace of a selector of \`${profile.address}\``);
    return { namespace: doubt ?? namespace, labels: labelsOf(valueAt(block, "labels"), profile) };
  });
}

function labelsOf(labels: ReturnType<typeof valueAt>, { address }: InfrastructureResource): Labels {
  if (isUnknown(labels)) return { [`(labels of ${address})`]: labels };
  if (!isObject(labels)) return {};
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]): readonly [string, Value<string>] => [key, asText(value) ?? unknown(`label \`${key}\``)]),
  );
}

/** Workloads that ask for Windows, and where all nodes are Windows nodes, every one that asks for nothing. */
function windowsWorkloads({ nodeGroups }: InfrastructureFacts, context: LintContext): readonly WorkloadRef[] {
  const onlyWindows = nodeGroups.length > 0 && nodeGroups.every(isWindowsGroup);
  return writtenWorkloads(context).flatMap(({ written: { ref }, kind, template }) => {
    const system = textAt(template, "spec", "nodeSelector", "kubernetes.io/os") ?? textAt(template, "spec", "os", "name");
    const isWindows = system === undefined ? onlyWindows : system === "windows";
    return isWindows && ref.namespace !== undefined ? [{ kind, namespace: ref.namespace, name: ref.name }] : [];
  });
}

/** Whether the nodes of a group run Windows. */
export function isWindowsGroup(group: InfrastructureResource): boolean {
  const type = textArgument(group, "ami_type");
  return typeof type === "string" && type.startsWith("WINDOWS");
}

/** How a person finds a workload that is not covered. */
export const workloadKey = ({ kind, namespace, name }: Pick<Workload, "kind" | "namespace" | "name">): string =>
  JSON.stringify([kind, namespace, name]);
