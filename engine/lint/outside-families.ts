import { isUnknown } from "../model";
import type { Family } from "../sets/ip-set";
import { clusterEnforcement } from "./cni-context";
import type { LintContext } from "./rule";

/** The families in which pods can meet the internet: the one an EKS cluster has, or both where the input does not say. */
export function outsideFamilies(context: LintContext): readonly [Family, ...Family[]] {
  const { facts, settings } = clusterEnforcement(context);
  return facts === undefined || isUnknown(settings.ipFamily) ? ["IPv4", "IPv6"] : [settings.ipFamily];
}
