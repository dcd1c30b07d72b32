import { formatAddress, parseAddress } from "../../sets/ip-set";
import { isSince, releases } from "../../vpc-cni/versions";
import { cniContext } from "../cni-context";
import { aboutVpcCni } from "../cni-findings";
import type { LintRule } from "../rule";
import { quoted } from "../words";
import { addressesOf, writtenBlocks } from "../written-blocks";

export const vpc025HostBitsOverwrite: LintRule = {
  ...aboutVpcCni,
  code: "VPC025",
  name: "host-bits-overwrite",
  title:
    "A block with bits after its prefix is another key to the node agent before v1.23.1, and may overwrite the ports of the same block",
  severity: "warning",
  check(context) {
    const cni = cniContext(context);
    const isFixed = cni === undefined ? "yes" : isSince(cni.settings, releases.hostBitsMasked);
    if (isFixed === "yes") return [];
    return writtenBlocks(context).flatMap(({ written, text, field }) => {
      const masked = maskedText(text);
      if (masked === undefined) return [];
      return [
        {
          subject: written.ref,
          message: `${quoted(text)} has bits set after its prefix: the agent masks it only when it writes its map, where it and another way to write ${quoted(masked)} overwrite each other by chance${isFixed === "maybe" ? "; it depends on the version of the add-on, which is not known" : ""}`,
          advice: `write ${quoted(masked)}, or set \`addon_version\` to v1.23.1 or later`,
          location: written.location,
          field,
          because: [],
          key: `${field.replaceAll(/\d+/g, "")} ${text}`,
          fix: {
            description: `write ${quoted(masked)}, which means the same`,
            edits: [{ kind: "set", object: written.ref, field, value: masked }],
          },
          ...(isFixed === "maybe" ? { severity: "info" as const } : {}),
        },
      ];
    });
  },
};

/** The block without host bits; undefined when it has none, or is no block. */
function maskedText(text: string): string | undefined {
  const [address = "", prefix] = text.split("/");
  const block = addressesOf(text);
  if (block === undefined || prefix === undefined) return undefined;
  const { family, value } = parseAddress(address);
  const first = block[family].intervals[0]?.[0] ?? value;
  return first === value ? undefined : `${formatAddress({ family, value: first })}/${prefix}`;
}
