import type { JsonObject, Problem } from "../objects";
import { field } from "../terraform/blocks";
import type { PlannedChange } from "./changes";
import type { StateResource } from "./state-values";
import { textIn } from "./terraform-json";

/** Why a plan cannot be read at all. */
export function planFaults(file: string, root: JsonObject): readonly Problem[] {
  const version = formatFault(file, root, "plan");
  if (version !== undefined) return [version];
  if (field(root, "errored") === true)
    return [fault(file, `\`${file}\` is a plan that ended in an error, so it does not say what will be: mend it and plan again`)];
  return [];
}

/** Why the format of a document of Terraform cannot be read: its first number changes when what is there changes its meaning. */
export function formatFault(file: string, root: JsonObject, what: string): Problem | undefined {
  const version = textIn(root, "format_version");
  const again = "write it with `terraform show -json` of Terraform 0.12 or later";
  if (version === undefined) return fault(file, `\`${file}\` is a ${what} without \`format_version\`: ${again}`);
  if (/^[01]\.\d+(\.\d+)?$/.test(version)) return undefined;
  return fault(file, `\`${file}\` is a ${what} of format \`${version}\`, and formats 0.x and 1.x are read: ${again}, or update this tool`);
}

const fault = (file: string, message: string): Problem => ({
  severity: "error",
  message,
  location: { file, pointer: "" },
});

/** Why a plan does not tell the whole story; one sentence each. */
export function whyIncomplete(root: JsonObject, changes: readonly PlannedChange[], untouched: readonly StateResource[]): readonly string[] {
  const deferred = changes.filter((change) => change.deferred !== undefined);
  const rest = untouched.filter(({ mode }) => mode === "managed").length;
  const partial = field(root, "complete") === false && deferred.length === 0;
  const targeted = partial || (rest > 0 && field(root, "resource_changes") !== undefined);
  const taken = rest === 0 ? "" : `; ${rest} ${rest === 1 ? "resource is" : "resources are"} taken from the state before it`;
  return [
    ...(targeted ? [`the plan covers a part of the configuration, as with \`-target\`${taken}`] : []),
    ...(deferred.length > 0 ? [deferredSentence(deferred)] : []),
  ];
}

const longestList = 3;

function deferredSentence(deferred: readonly PlannedChange[]): string {
  const names = deferred.slice(0, longestList).map(({ address }) => `\`${address}\``);
  const more = deferred.length > longestList ? ` and ${deferred.length - longestList} more` : "";
  return `the plan leaves ${deferred.length} ${deferred.length === 1 ? "change" : "changes"} to a later one: ${names.join(", ")}${more}`;
}
