import type { CniAddon } from "../../enforcement/facts";
import { isUnknown } from "../../model";
import { compareVersions } from "../../vpc-cni/settings";
import { cniContext } from "../cni-context";
import { aboutVpcCni, resourceObject } from "../cni-findings";
import type { LintRule, RuleFinding } from "../rule";
import { placed, quoted } from "../words";

export const vpc027FaultyAddOnVersion: LintRule = {
  ...aboutVpcCni,
  code: "VPC027",
  name: "faulty-add-on-version",
  title: "The pinned version of the vpc-cni add-on has a node agent with known faults in enforcement",
  severity: "warning",
  check: (context) => (cniContext(context)?.facts.addons ?? []).flatMap((addon) => finding(addon) ?? []),
};

function finding(addon: CniAddon): RuleFinding | undefined {
  const fault = faultOf(addon);
  if (fault === undefined) return undefined;
  return {
    subject: resourceObject(addon.resource),
    message: `version ${quoted(addon.versionText ?? "")} of the add-on ${fault}`,
    advice: "set `addon_version` to v1.22.3 or later, best to the newest that EKS offers for the cluster",
    ...placed(addon.resource),
    field: "addon_version",
    because: [],
    key: addon.versionText ?? "",
  };
}

/** What is known to be wrong with a version; nothing for one that is not known. */
function faultOf({ version, versionText = "" }: CniAddon): string | undefined {
  if (isUnknown(version)) return undefined;
  if (compareVersions(version, [1, 21, 0]) === 0) return "was withdrawn the day after its release, for its node agent v1.3.0";
  if (versionText.endsWith("1.21.1-eksbuild.7"))
    return "carries node agent v1.3.2, which denied everything on new clusters in standard mode";
  if (compareVersions(version, [1, 22, 3]) < 0)
    return "lets a pod pass policies on a connection that another pod of the node had open, and now and then denies replies; v1.22.3 mended it";
  return undefined;
}
