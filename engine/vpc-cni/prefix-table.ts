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
  /** Exceptions of the rules with this block however they spell it: the same, unless spellings are keys of their own. */
  readonly exceptOfAll: IpSet;
}

/** What decides how the map is made. */
export interface PrefixOptions {
  /** Whether a block that is also an exception keeps what it allows. */
  readonly keepsEqualBlock: Ternary;
  /**
   * Whether blocks that differ in host bits only are one. Otherwise each is a key of its own while the map is made, and what smaller blocks
   * take over from each is certain; only in the map itself they have one place, and one of them is there.
   */
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
    const allowed = [...drafts.values()].flatMap((draft) => this.keysOf(draft, excepts));
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
    if (last === undefined || last.isDenied) return [];
    const spellings = chain.filter(({ prefix }) => prefix === last.prefix).map((key) => this.valueOf(key));
    const isInAll = (entry: Entry): boolean => spellings.every((entries) => entries.some(({ key }) => key === entry.key));
    return spellings.flat().map((entry) => (isInAll(entry) ? entry : this.perhaps(entry)));
  }

  /** What a pod's or Service's own address takes over from the blocks around it: of each that does not except it. */
  inherited(chain: readonly Key[]): readonly Entry[] {
    const isExcepted = (except: IpSet): boolean => !except.isEmpty && chain.some(({ block }) => block.isSubsetOf(except));
    return chain.flatMap((key) => (key.isDenied || isExcepted(key.except) ? [] : this.takenOver(key, isExcepted(key.exceptOfAll))));
  }

  /** A key's own entries, and those of every shorter one around it that does not except where it begins. */
  private valueOf(key: Key): readonly Entry[] {
    const known = this.values.get(key);
    if (known !== undefined) return known;
    const begins: Address = { family: key.family, value: key.first };
    const around = this.keys.filter(
      (other) => !other.isDenied && other.prefix < key.prefix && other.block.contains(begins) && !other.except.contains(begins),
    );
    const value = [...key.entries, ...around.flatMap((other) => this.takenOver(other, other.exceptOfAll.contains(begins)))];
    this.values.set(key, value);
    return value;
  }

  /** Were its spellings one key, that would have the exceptions of all of them. */
  private takenOver(key: Key, isExceptedByAnother: boolean): readonly Entry[] {
    const value = this.valueOf(key);
    return isExceptedByAnother && this.options.masksHostBits !== "no" ? value.map((entry) => this.perhaps(entry)) : value;
  }

  private readonly perhaps = (entry: Entry): Entry => ({ ...entry, certain: this.table.none });

  /** One key, or one for each spelling where those are not known to be the same. */
  private keysOf({ block, spellings }: Draft, excepts: ReturnType<typeof exceptsOf>): readonly Key[] {
    const isOne = spellings.size === 1 || this.options.masksHostBits === "yes";
    const parts = isOne ? [[...spellings.values()].flat()] : [...spellings.values()];
    const exceptOfAll = exceptionsIn(parts.flat());
    const isSure = this.isKept(excepts.get(block.toString()), spellings);
    return parts.map((contributions) => ({
      ...placeOf(block),
      block,
      isDenied: false,
      contributions,
      entries: contributions.flatMap(({ entries }) => entries).map((entry) => (isSure ? entry : this.perhaps(entry))),
      except: exceptionsIn(contributions),
      exceptOfAll,
    }));
  }

  /** Whether a block that is an exception as well is sure to keep what it allows: written otherwise, the two would take one place. */
  private isKept(except: Except | undefined, spellings: Draft["spellings"]): boolean {
    if (except === undefined) return true;
    const { keepsEqualBlock, masksHostBits } = this.options;
    return keepsEqualBlock === "yes" && (masksHostBits === "yes" || [...except.texts].every((text) => spellings.has(text)));
  }
}

const exceptionsIn = (contributions: readonly CniContribution[]): IpSet =>
  IpSet.unionOf(contributions.flatMap(exceptsWritten).map((text) => IpSet.cidr(text)));

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
  /** How the rules write it. */
  readonly texts: ReadonlySet<string>;
  readonly by: readonly CniContribution[];
}

function exceptsOf(contributions: readonly CniContribution[]): ReadonlyMap<string, Except> {
  const excepts = new Map<string, Except>();
  for (const contribution of contributions) {
    for (const text of exceptsWritten(contribution)) {
      const block = IpSet.cidr(text);
      const key = block.toString();
      const known = excepts.get(key);
      excepts.set(key, { block, texts: new Set([...(known?.texts ?? []), text]), by: [...(known?.by ?? []), contribution] });
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
  exceptOfAll: IpSet.none,
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
