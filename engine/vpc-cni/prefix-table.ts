import { type Address, type Family, IpSet } from "../sets/ip-set";
import type { ConnectionTable } from "../rows/connection-table";
import { isUnknown, type Value } from "../model";
import type { Ternary } from "../selector";
import type { CniContribution } from "./contributions";
import type { Entry, EntryBounds } from "./entry-limit";

/** One key of the agent's map: a block of addresses, and what is said of it. */
export interface Key {
  readonly family: Family;
  readonly prefix: number;
  /** The block's addresses. */
  readonly block: IpSet;
  readonly first: bigint;
  /** Nothing is allowed: the block is an exception of some rule, and no rule's own block. */
  readonly isDenied: boolean;
  /** The rules whose block, or whose exception, this is. */
  readonly contributions: readonly CniContribution[];
  readonly entries: readonly Entry[];
  /** Exceptions of the rules with this block. */
  readonly except: IpSet;
}

/** What decides how the map is made. */
export interface PrefixOptions {
  /** Whether a block that is also an exception keeps what it allows. */
  readonly keepsEqualBlock: Ternary;
  /** Whether blocks that differ in host bits only are one. */
  readonly masksHostBits: Ternary;
}

/** The blocks of the agent's map for one pod and direction: the longest that holds an address decides alone. */
export class PrefixTable {
  /** Shortest prefix first. */
  readonly keys: readonly Key[];
  private readonly values = new Map<Key, readonly Entry[]>();

  constructor(
    private readonly table: ConnectionTable,
    contributions: readonly CniContribution[],
    private readonly options: PrefixOptions,
  ) {
    const drafts = new Map<string, Draft>();
    for (const contribution of contributions) for (const block of blocksOf(contribution)) add(drafts, block, contribution);
    const excepts = exceptsOf(contributions);
    const allowed = [...drafts.values()].map((draft) => this.keyOf(draft, excepts));
    const denied = [...excepts].flatMap(([text, { block, by }]) => (drafts.has(text) ? [] : [deniedKey(block, by)]));
    this.keys = [...allowed, ...denied].sort((a, b) => a.prefix - b.prefix);
  }

  /** The keys that hold an address, shortest prefix first. */
  holding(address: Address): readonly Key[] {
    return this.keys.filter(({ block }) => block.contains(address));
  }

  /** What is allowed at an address that is no key itself, by the keys that hold it. */
  longest(chain: readonly Key[]): readonly Entry[] {
    const last = chain[chain.length - 1];
    return last === undefined || last.isDenied ? [] : this.valueOf(last);
  }

  /** What a pod's or Service's own address takes over from the blocks around it: of each that does not except it. */
  inherited(chain: readonly Key[]): readonly Entry[] {
    return chain.flatMap((key) => (key.isDenied || chain.some(({ block }) => isExcepted(key, block)) ? [] : this.valueOf(key)));
  }

  /** A key's own entries, and those of every shorter one around it that does not except where it begins. */
  private valueOf(key: Key): readonly Entry[] {
    const known = this.values.get(key);
    if (known !== undefined) return known;
    const begins: Address = { family: key.family, value: key.first };
    const around = this.keys.filter(
      (other) => !other.isDenied && other.prefix < key.prefix && other.block.contains(begins) && !other.except.contains(begins),
    );
    const value = [...key.entries, ...around.flatMap((other) => this.valueOf(other))];
    this.values.set(key, value);
    return value;
  }

  private keyOf({ block, spellings }: Draft, excepts: ReturnType<typeof exceptsOf>): Key {
    const contributions = [...spellings.values()].flat();
    const isExcept = excepts.has(block.toString());
    const bySpelling = [...spellings.values()].map((each) => each.flatMap(({ entries }) => entries));
    const isOverwritten = bySpelling.length > 1 && this.options.masksHostBits !== "yes";
    const isSure = (entry: Entry): boolean =>
      !(isExcept && this.options.keepsEqualBlock !== "yes") &&
      (!isOverwritten || bySpelling.every((entries) => entries.some(({ key }) => key === entry.key)));
    return {
      ...placeOf(block),
      block,
      isDenied: false,
      contributions,
      entries: bySpelling.flat().map((entry) => (isSure(entry) ? entry : { ...entry, certain: this.table.none })),
      except: IpSet.unionOf(contributions.flatMap(exceptsWritten).map((text) => IpSet.cidr(text))),
    };
  }
}

/** Whether a block with this text is an exception of the key. */
const isExcepted = (key: Key, block: IpSet): boolean => !key.except.isEmpty && block.isSubsetOf(key.except);

/** Entries that are certain of themselves count as there. */
export const asBounds = (entries: readonly Entry[]): EntryBounds => ({ certain: entries, possible: [] });

interface Draft {
  readonly block: IpSet;
  /** What is allowed, by the block as it is written. */
  readonly spellings: Map<string, CniContribution[]>;
}

function add(drafts: Map<string, Draft>, text: string, contribution: CniContribution): void {
  const block = IpSet.cidr(text);
  const key = block.toString();
  const draft = drafts.get(key) ?? { block, spellings: new Map<string, CniContribution[]>() };
  drafts.set(key, draft);
  const list = draft.spellings.get(text) ?? [];
  list.push(contribution);
  draft.spellings.set(text, list);
}

const everywhere = ["0.0.0.0/0", "::/0"];

function blocksOf({ block }: CniContribution): readonly string[] {
  if (block === undefined) return [];
  return block === "any" ? everywhere : isUnknown(block.cidr) ? [] : [block.cidr];
}

const known = (values: readonly Value<string>[]): readonly string[] => values.filter((value) => !isUnknown(value)) as readonly string[];

/** The exceptions a rule writes for one of its blocks. */
export const exceptsWritten = ({ block }: CniContribution): readonly string[] =>
  block === undefined || block === "any" ? [] : known(block.except);

interface Except {
  readonly block: IpSet;
  readonly by: readonly CniContribution[];
}

function exceptsOf(contributions: readonly CniContribution[]): ReadonlyMap<string, Except> {
  const excepts = new Map<string, Except>();
  for (const contribution of contributions) {
    for (const text of exceptsWritten(contribution)) {
      const block = IpSet.cidr(text);
      const key = block.toString();
      excepts.set(key, { block, by: [...(excepts.get(key)?.by ?? []), contribution] });
    }
  }
  return excepts;
}

const deniedKey = (block: IpSet, by: readonly CniContribution[]): Key => ({
  ...placeOf(block),
  block,
  isDenied: true,
  contributions: by,
  entries: [],
  except: IpSet.none,
});

function placeOf(block: IpSet): Pick<Key, "family" | "first" | "prefix"> {
  const family: Family = block.IPv4.isEmpty ? "IPv6" : "IPv4";
  const [from, to] = block[family].intervals[0] as readonly [bigint, bigint];
  const hostBits = (to - from + 1n).toString(2).length - 1;
  return { family, first: from, prefix: (family === "IPv4" ? 32 : 128) - hostBits };
}

/** Whether two different texts stand for one block. */
export function hasSpellings(contributions: readonly CniContribution[]): boolean {
  const texts = new Map<string, string>();
  for (const text of contributions.flatMap(blocksOf)) {
    const block = IpSet.cidr(text).toString();
    if ((texts.get(block) ?? text) !== text) return true;
    texts.set(block, text);
  }
  return false;
}
