import { isUnknown, unknown, type Unknown, type Value } from "../model";
import type { LintContext } from "../lint/rule";
import { parseAddress } from "../sets/ip-set";
import { assumedCniSettings, type CniSettings, type EnforcingMode } from "../vpc-cni/settings";
import { argumentAt, asText, switchOf } from "./arguments";
import { environment } from "./configuration";
import { type CniAddon, clusterOfResource, type EksCluster, type InfrastructureFacts } from "./facts";
import { nodeSettings } from "./placement";

/** How the VPC CNI is set up, as the infrastructure says; where several clusters in one input differ, what they differ in is not known. */
export function cniSettings(facts: InfrastructureFacts, context: LintContext): CniSettings {
  const nodes = nodeSettings(facts, context);
  const each = facts.addons.map((addon) => ({ ...settingsOf(addon, clusterOfResource(facts, addon.resource)), nodes }));
  const [first, ...others] = each;
  if (first === undefined) return { ...assumedCniSettings, ...ofCluster(facts.clusters[0]), enabled: false, nodes };
  return others.reduce(agreed, first);
}

function settingsOf(addon: CniAddon, cluster: EksCluster | undefined): CniSettings {
  const { configuration, resource, version } = addon;
  const env = (name: string): Value<string> | undefined => environment(configuration, name);
  return {
    ...assumedCniSettings,
    ...ofCluster(cluster),
    enabled: resource.uncertain === undefined ? configuration.enabled : maybe(configuration.enabled, resource.uncertain),
    version,
    mode: modeIn(env("NETWORK_POLICY_ENFORCING_MODE")),
    enableV4Egress: switchOf(env("ENABLE_V4_EGRESS"), true),
    bandwidthPlugin: switchOf(env("ENABLE_BANDWIDTH_PLUGIN"), false),
    vethPrefix: env("AWS_VPC_K8S_CNI_VETHPREFIX") ?? "eni",
    podSecurityGroupMode: podSecurityGroups(env("ENABLE_POD_ENI"), env("POD_SECURITY_GROUP_ENFORCING_MODE")),
  };
}

const maybe = (enabled: Value<boolean>, doubt: Unknown): Value<boolean> => (enabled === false ? false : doubt);

/** Whether it is a mode as AWS writes it; nobody says what becomes of capital letters. */
export const isEnforcingMode = (text: string): text is EnforcingMode => text === "strict" || text === "standard";

function modeIn(text: Value<string> | undefined): Value<EnforcingMode> {
  if (text === undefined || isUnknown(text)) return text ?? "standard";
  if (isEnforcingMode(text)) return text;
  return unknown(`what \`NETWORK_POLICY_ENFORCING_MODE\` \`${text}\` means; it is \`standard\` or \`strict\``);
}

function podSecurityGroups(enabled: Value<string> | undefined, mode: Value<string> | undefined): CniSettings["podSecurityGroupMode"] {
  const isOn = switchOf(enabled, false);
  if (isUnknown(isOn)) return isOn;
  if (!isOn) return "off";
  return mode === undefined ? "strict" : isUnknown(mode) || mode === "standard" ? mode : "strict";
}

function ofCluster(cluster: EksCluster | undefined): Pick<CniSettings, "ipFamily" | "kubernetes" | "serviceCidrs"> {
  if (cluster === undefined) return { ipFamily: assumedCniSettings.ipFamily };
  const { resource, version } = cluster;
  const { values } = resource;
  const family = asText(argumentAt(values, "kubernetes_network_config", "ip_family")) ?? "ipv4";
  const cidrs = ["service_ipv4_cidr", "service_ipv6_cidr"].flatMap((name) => {
    const cidr = asText(argumentAt(values, "kubernetes_network_config", name));
    return typeof cidr === "string" && isCidr(cidr) ? [cidr] : [];
  });
  return {
    ipFamily: isUnknown(family) ? family : family.toLowerCase() === "ipv6" ? "IPv6" : "IPv4",
    ...(version === undefined ? {} : { kubernetes: version }),
    ...(cidrs.length === 0 ? {} : { serviceCidrs: cidrs }),
  };
}

/** What is no block is refused when it is applied, and says nothing before. */
function isCidr(text: string): boolean {
  const [address = "", prefix = ""] = text.split("/");
  try {
    parseAddress(address);
    return /^\d+$/.test(prefix);
  } catch {
    return false;
  }
}

/** What two clusters have in common. */
export function agreed(one: CniSettings, other: CniSettings): CniSettings {
  const same = (name: keyof CniSettings): boolean => JSON.stringify(one[name]) === JSON.stringify(other[name]);
  const differs = (name: string): Unknown => unknown(`${name} of the vpc-cni add-on, which differs between the clusters of the input`);
  const { serviceCidrs: _cidrs, ...common } = one;
  return {
    ...(same("serviceCidrs") ? one : common),
    enabled: same("enabled") ? one.enabled : differs("`enableNetworkPolicy`"),
    ...(same("kubernetes") ? {} : { kubernetes: differs("the version of Kubernetes") }),
    version: same("version") ? one.version : differs("the version"),
    mode: same("mode") ? one.mode : differs("the mode"),
    ipFamily: same("ipFamily") ? one.ipFamily : differs("the family"),
    enableV4Egress: same("enableV4Egress") ? one.enableV4Egress : differs("`ENABLE_V4_EGRESS`"),
    bandwidthPlugin: same("bandwidthPlugin") ? one.bandwidthPlugin : differs("`ENABLE_BANDWIDTH_PLUGIN`"),
    vethPrefix: same("vethPrefix") ? one.vethPrefix : differs("the interface prefix"),
    podSecurityGroupMode: same("podSecurityGroupMode") ? one.podSecurityGroupMode : differs("the mode of security groups"),
  };
}
