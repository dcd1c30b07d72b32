import { type InfrastructureResource, isUnknown, type Json, type JsonObject, type Unknown, unknown, type Value } from "../model";
import type { Family } from "../sets/ip-set";
import { argument, blockIn, isObject, shownJson, textIn } from "./arguments";
import type { ResourceIndex } from "./resource-index";

/** What the cluster and its vpc-cni add-on say about the addresses of pods. */
export interface CniNetworking {
  /** The family of pod addresses; both when it is not known. */
  readonly podFamilies: readonly Family[];
  /** Whether pods can speak the other family to the outside, behind their node's address. */
  readonly otherFamily: Value<boolean>;
  /** Whether what pods send out of the VPC carries their node's address (source NAT); the default for IPv4. */
  readonly behindNode: Value<boolean>;
  /** Set when pods may have interfaces of their own, in other subnets or with other groups than their node. */
  readonly ownInterfaces?: Unknown;
}

/** Reads the address family of the cluster and the add-on's environment. Without an add-on in the input, its defaults count. */
export function cniNetworking(index: ResourceIndex): CniNetworking {
  const podFamilies = familiesOf(index.ofType(["aws_eks_cluster"]));
  const addon = index.ofType(["aws_eks_addon"]).find(({ values }) => textIn(values, "addon_name") === "vpc-cni");
  const environment = addon === undefined ? {} : environmentOf(addon);
  const isIpv4 = podFamilies.length === 1 && podFamilies[0] === "IPv4";
  const other = isIpv4 ? settingIn(environment, "ENABLE_V6_EGRESS", false) : settingIn(environment, "ENABLE_V4_EGRESS", true);
  const external = settingIn(environment, "AWS_VPC_K8S_CNI_EXTERNALSNAT", false);
  const own = ["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG", "ENABLE_POD_ENI"].find((name) => settingIn(environment, name, false) !== false);
  return {
    podFamilies,
    otherFamily: other,
    behindNode: isUnknown(external) ? external : !external,
    ...(own === undefined
      ? {}
      : { ownInterfaces: unknown(`\`${own}\` of vpc-cni may give pods interfaces with other groups and subnets`) }),
  };
}

function familiesOf(clusters: readonly InfrastructureResource[]): readonly Family[] {
  const families = clusters.map(({ values }): readonly Family[] => {
    const network = blockIn(values, "kubernetes_network_config");
    const family = network === undefined ? undefined : argument(network, "ip_family");
    if (isUnknown(family)) return ["IPv4", "IPv6"];
    return family === "ipv6" ? ["IPv6"] : ["IPv4"];
  });
  return clusters.length === 0 ? ["IPv4", "IPv6"] : [...new Set(families.flat())];
}

function environmentOf({ values, address }: InfrastructureResource): JsonObject | Unknown {
  const text = argument(values, "configuration_values");
  if (text === undefined || text === "") return {};
  if (isUnknown(text)) return text;
  try {
    const configuration = JSON.parse(shownJson(text)) as Json;
    const environment = isObject(configuration) ? argument(configuration, "env") : undefined;
    return isObject(environment) ? environment : {};
  } catch {
    return unknown(`\`configuration_values\` of \`${address}\` is no JSON`);
  }
}

function settingIn(environment: JsonObject | Unknown, name: string, unset: boolean): Value<boolean> {
  const value = argument(environment, name);
  if (isUnknown(value)) return value;
  return value === undefined ? unset : shownJson(value).toLowerCase() === "true";
}
