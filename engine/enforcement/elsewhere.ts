import { type InfrastructureResource, isUnknown, unknown, type Value } from "../model";
import type { LintContext } from "../lint/rule";
import { textAt, valueAt, writtenObjects } from "../lint/written-objects";
import { textArgument } from "./arguments";
import type { InfrastructureFacts } from "./facts";
import { otherEngines } from "./other-engines";

/** What decides about enforcement where no vpc-cni add-on does. */
export interface Elsewhere {
  readonly enabled: Value<boolean>;
  /** What was found, in words; absent when nothing was. */
  readonly found?: string;
  readonly location?: InfrastructureResource["location"];
}

/**
 * Whether policies are enforced without a vpc-cni add-on: by EKS Auto Mode, by the plugin's Helm chart, or by another engine. Undecided where
 * one of them is there and does not say.
 */
export function enforcedElsewhere(facts: InfrastructureFacts, context: LintContext): Elsewhere {
  const chart = facts.resources.find((each) => each.type === "helm_release" && isCniChart(each));
  if (chart !== undefined)
    return { enabled: chartSwitch(chart), found: `Helm installs the plugin (\`${chart.address}\`)`, location: chart.location };
  const auto = facts.clusters.find(({ autoMode }) => isUnknown(autoMode) || autoMode);
  if (auto !== undefined)
    return { enabled: autoModeSwitch(context), found: "the cluster runs in EKS Auto Mode", location: auto.resource.location };
  const [engine] = otherEngines(facts.resources, context.evaluation.cluster.workloads);
  if (engine === undefined) return { enabled: false };
  return {
    enabled: unknown(`what ${engine.name} enforces, which is not modelled`),
    found: `policies are left to ${engine.name} (${engine.seenAs}), whose ways are not modelled`,
    ...(engine.location === undefined ? {} : { location: engine.location }),
  };
}

function isCniChart(release: InfrastructureResource): boolean {
  const chart = textArgument(release, "chart");
  return typeof chart === "string" && /(^|\/)aws-vpc-cni$/.test(chart);
}

/** Values of a release may hold secrets, so readers keep none of them: only a release without any says that the switch is off. */
function chartSwitch({ values, address }: InfrastructureResource): Value<boolean> {
  const isSet = ["set", "values"].some((name) => valueAt(values, name) !== undefined);
  return isSet ? unknown(`\`enableNetworkPolicy\` in the values of \`${address}\``) : false;
}

/** In Auto Mode a ConfigMap switches the controller on, and a NodeClass the agents. */
function autoModeSwitch(context: LintContext): Value<boolean> {
  const map = writtenObjects(context, "ConfigMap").find(({ ref }) => ref.namespace === "kube-system" && ref.name === "amazon-vpc-cni");
  if (textAt(map?.object, "data", "enable-network-policy-controller") === "true") return true;
  return unknown("`enable-network-policy-controller` in the ConfigMap `kube-system/amazon-vpc-cni`, which Auto Mode reads");
}
