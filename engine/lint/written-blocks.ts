import type { Json } from "../model";
import type { LintContext } from "./rule";
import { IpSet } from "../sets/ip-set";
import { entriesAt, textAt, valueAt, type WrittenObject, writtenObjects } from "./written-objects";

/** A block of addresses as a policy writes it, with its place. */
export interface WrittenBlock {
  readonly written: WrittenObject;
  readonly text: string;
  /** `spec.ingress[0].from[1].ipBlock.cidr` */
  readonly field: string;
  /** Of an exception: the block it is taken out of, when that is known. */
  readonly outer?: string;
}

const directions = [
  { rules: "ingress", peers: "from" },
  { rules: "egress", peers: "to" },
] as const;

const known = new WeakMap<LintContext["objects"], readonly WrittenBlock[]>();

/** Every block of every policy, exceptions included; listed once for all rules. Text that is not known is left out. */
export function writtenBlocks(context: LintContext): readonly WrittenBlock[] {
  const found = known.get(context.objects) ?? listed(context);
  known.set(context.objects, found);
  return found;
}

function listed(context: LintContext): readonly WrittenBlock[] {
  const kinds = ["NetworkPolicy", "ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"];
  return writtenObjects(context, ...kinds).flatMap((written) =>
    peersOf(written).flatMap(({ peer, path }) => [...blocksOf(written, peer, path)]),
  );
}

const peersOf = ({ object }: WrittenObject): readonly { readonly peer: Json; readonly path: string }[] =>
  directions.flatMap(({ rules, peers }) =>
    entriesAt(object, "spec", rules).flatMap((rule, at) =>
      entriesAt(rule, peers).map((peer, index) => ({ peer, path: `spec.${rules}[${String(at)}].${peers}[${String(index)}]` })),
    ),
  );

function* blocksOf(written: WrittenObject, peer: Json, path: string): Generator<WrittenBlock> {
  const cidr = textAt(peer, "ipBlock", "cidr");
  if (cidr !== undefined) yield { written, text: cidr, field: `${path}.ipBlock.cidr` };
  const lists: readonly (readonly [readonly string[], string])[] = [
    [["ipBlock", "except"], `${path}.ipBlock.except`],
    [["networks"], `${path}.networks`],
  ];
  for (const [names, field] of lists) {
    const isOuterKnown = typeof valueAt(peer, "ipBlock", "cidr") === "string";
    for (const [index, text] of entriesAt(peer, ...names).entries()) {
      if (typeof text !== "string") continue;
      const outer = names[0] === "ipBlock" && isOuterKnown && cidr !== undefined ? { outer: cidr } : {};
      yield { written, text, field: `${field}[${String(index)}]`, ...outer };
    }
  }
}

/** The addresses of a block; undefined for text that is none, which the reader refuses. */
export function addressesOf(text: string): IpSet | undefined {
  try {
    return IpSet.cidr(text);
  } catch {
    return undefined;
  }
}
