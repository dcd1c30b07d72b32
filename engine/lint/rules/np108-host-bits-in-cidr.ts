import { networkPolicyRef } from "../../reasons";
import { formatAddress, parseAddress } from "../../sets/ip-set";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { selectedPods } from "../selected-pods";
import { quoted } from "../words";
import { addressesOf, type WrittenBlock, writtenBlocks } from "../written-blocks";

export const np108HostBitsInCidr: LintRule = {
  code: "NP108",
  name: "host-bits-in-cidr",
  title: "A block of addresses has bits set after its prefix, so it means more than the address it shows",
  severity: "warning",
  category: "correctness",
  check(context) {
    return writtenBlocks(context).flatMap((block) => {
      const masked = maskedText(block.text);
      return masked === undefined ? [] : [finding(context, block, masked)];
    });
  },
};

/** The block without host bits; undefined when it has none, or is no block. */
function maskedText(text: string): string | undefined {
  const [address = "", prefix] = text.split("/");
  const block = addressesOf(text);
  if (block === undefined || prefix === undefined || text.startsWith("::ffff:")) return undefined;
  const { family, value } = parseAddress(address);
  const [first] = block[family].intervals[0] ?? [value];
  return first === value ? undefined : `${formatAddress({ family, value: first })}/${prefix}`;
}

function finding({ evaluation }: LintContext, { written, text, field }: WrittenBlock, masked: string): RuleFinding {
  const { ref, location } = written;
  const place = selectedPods(evaluation).placeOf(ref.namespace ?? "", ref.name);
  const policy = ref.kind === "NetworkPolicy" && place !== undefined ? evaluation.cluster.policies[place] : undefined;
  return {
    subject: ref,
    message: `${quoted(text)} has bits set after its prefix: it means all of ${quoted(masked)}, not the one address; newer clusters refuse it`,
    advice: `write ${quoted(masked)}, or the address with \`/${text.includes(":") ? "128" : "32"}\` if only that is meant`,
    location,
    field,
    because: policy === undefined ? [] : [networkPolicyRef(policy)],
    key: `${field.replaceAll(/\d+/g, "")} ${text}`,
    fix: { description: `write ${quoted(masked)}, which means the same`, edits: [{ kind: "set", object: ref, field, value: masked }] },
  };
}
