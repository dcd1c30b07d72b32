import { type InfrastructureResource, isUnknown, type Location, type Workload } from "../model";
import { textArgument } from "./arguments";

/** Something that enforces NetworkPolicies beside the VPC CNI. */
export interface OtherEngine {
  readonly name: string;
  /** What gives it away: a resource, or a workload that is part of it. */
  readonly seenAs: string;
  readonly location?: Location;
}

const names = ["calico", "tigera", "cilium", "antrea", "canal", "weave-net", "kube-router", "romana", "kube-network-policies"];

/** Workloads that engines are known by, whichever way they were installed. */
const agents = new Set([
  "calico-node",
  "calico-typha",
  "cilium",
  "antrea-agent",
  "canal",
  "weave-net",
  "kube-router",
  "tigera-operator",
  "kube-network-policies",
]);

/** Engines that are installed by an add-on, by Helm, or by manifests. */
export function otherEngines(resources: readonly InfrastructureResource[], workloads: readonly Workload[]): readonly OtherEngine[] {
  const installed = resources.flatMap((resource): readonly OtherEngine[] => {
    const said = resource.mode === "managed" ? textOf(resource) : "";
    const name = names.find((each) => said.includes(each));
    return name === undefined ? [] : [{ name, seenAs: `\`${resource.address}\``, location: resource.location }];
  });
  const running = workloads.flatMap(({ kind, name, location }): readonly OtherEngine[] => {
    if (isUnknown(name) || !agents.has(name)) return [];
    const engine = names.find((each) => name.startsWith(each)) ?? name;
    return [{ name: engine, seenAs: `${kind} \`${name}\``, ...(location === undefined ? {} : { location }) }];
  });
  return [...installed, ...running];
}

function textOf(resource: InfrastructureResource): string {
  const keys = resource.type === "helm_release" ? ["chart", "repository"] : resource.type === "aws_eks_addon" ? ["addon_name"] : [];
  return keys
    .flatMap((key) => {
      const text = textArgument(resource, key);
      return typeof text === "string" ? [text.toLowerCase()] : [];
    })
    .join(" ");
}
