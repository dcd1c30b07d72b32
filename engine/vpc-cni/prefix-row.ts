import type { PodAddresses } from "../matching/pod-addresses";
import type { Match } from "../matching/pod-index";
import type { Universe } from "../matching/universe";
import type { Cluster } from "../model";
import type { Reading } from "../profile";
import type { ConnectionId, ConnectionTable } from "../rows/connection-table";
import { type Change, Partition } from "../rows/partition";
import type { Row } from "../rows/rows";
import { type Address, type Family, IpSet } from "../sets/ip-set";
import type { IndexSet } from "../sets/index-set";
import type { CniContribution } from "./contributions";
import { EndStates, type Mark, type StateId } from "./end-states";
import { asBounds, type Key, type PrefixTable } from "./prefix-table";
import { type Entry, limited } from "./entry-limit";

/** What is the same for all rows of one reading. */
export interface PrefixGround {
  readonly universe: Universe;
  readonly table: ConnectionTable;
  readonly cluster: Cluster;
  readonly reading: Reading;
  /** Places pods by the addresses that are known, and only by those. */
  readonly addresses: PodAddresses;
}

/** Computes what the agent's map lets through at each end, where the longest prefix decides. */
export class PrefixRow {
  private readonly states = new EndStates();
  private readonly answers = new Map<StateId, Match<ConnectionId>>();
  private partitioned: Partition | undefined;
  private readonly named: readonly CniContribution[];
  private worlds: readonly (readonly Key[])[] | undefined;

  constructor(
    private readonly ground: PrefixGround,
    private readonly prefixes: PrefixTable,
    private readonly contributions: readonly CniContribution[],
    private readonly limit: number,
  ) {
    this.named = contributions.filter(({ block }) => block === undefined);
  }

  private get partition(): Partition {
    return (this.partitioned ??= this.marked());
  }

  row(): Row {
    const certain = this.partition.map((state) => this.answer(state).certain);
    // Every list of marks that an end has is answered by now.
    const isExact = [...this.answers.values()].every((each) => each.certain === each.possible);
    return { certain, possible: isExact ? certain : this.partition.map((state) => this.answer(state).possible) };
  }

  /** What is let through at an address that is no pod's: the same as the row has there, without the row. */
  at(index: number, address: Address): Match<ConnectionId> {
    const certain = this.named.filter(({ where, isCertain }) => isCertain && where.certain.has(index));
    const perhaps = this.named.filter((each) => !certain.includes(each) && each.where.possible.has(index));
    const entriesOf = (list: readonly CniContribution[]): readonly Entry[] => list.flatMap(({ entries }) => entries);
    return this.answerFor([this.chainAround(address)], entriesOf(certain), entriesOf(perhaps));
  }

  private marksAt(index: number): readonly Mark[] {
    return this.states.marks(this.partition.at(index));
  }

  /** What an address of its own that rules name lets through, inside blocks: for ends that are not of the universe. */
  answerFor(chains: readonly (readonly Key[])[], named: readonly Entry[], perhaps: readonly Entry[]): Match<ConnectionId> {
    return this.whichever(chains.map((chain) => this.inChain(chain, named, perhaps)));
  }

  /** The keys around one end of the universe, whichever of its addresses is meant. */
  chainsAt(index: number): readonly (readonly Key[])[] {
    return this.chainsOf(this.marksAt(index));
  }

  /** The keys around an address. */
  chainAround(address: Address): readonly Key[] {
    return this.prefixes.holding(address);
  }

  private marked(): Partition {
    const { universe, addresses } = this.ground;
    const { withoutAddress } = addresses;
    const mark = (where: IndexSet, what: Mark): Change => ({ where, to: (state) => this.states.with(state, what) });
    const changes = [
      mark(withoutAddress, { kind: "address unknown" }),
      mark(this.ofOtherFamily(), { kind: "no address" }),
      ...this.prefixes.keys.map(({ block }, key) => mark(addresses.endsIn(block, "possible"), { kind: "held", key })),
      ...this.named.flatMap(({ where, isCertain }, contribution) => {
        const certain = isCertain ? where.certain : universe.none;
        return [
          mark(certain, { kind: "named", contribution }),
          mark(where.possible.subtract(certain), { kind: "perhaps named", contribution }),
        ];
      }),
    ];
    return Partition.constant(universe.size, this.states.start).after(changes);
  }

  private ofOtherFamily(): IndexSet {
    const { universe, reading } = this.ground;
    if (reading.family === undefined) return universe.none;
    const groups = universe.groups.all.filter(
      ({ addresses }) => addresses.length > 0 && addresses.every(({ family }) => family !== reading.family),
    );
    return universe.of(groups.map(({ index }) => index));
  }

  private answer(state: StateId): Match<ConnectionId> {
    const known = this.answers.get(state);
    if (known !== undefined) return known;
    const marks = this.states.marks(state);
    const entriesOf = (kind: "named" | "perhaps named"): readonly Entry[] =>
      marks.flatMap((mark) => (mark.kind === kind ? (this.named[mark.contribution] as CniContribution).entries : []));
    const found = this.answerFor(this.chainsOf(marks), entriesOf("named"), entriesOf("perhaps named"));
    this.answers.set(state, found);
    return found;
  }

  private chainsOf(marks: readonly Mark[]): readonly (readonly Key[])[] {
    if (marks.some(({ kind }) => kind === "no address")) return [this.everywhere()];
    if (marks.some(({ kind }) => kind === "address unknown")) return (this.worlds ??= this.possibleChains());
    return [marks.flatMap((mark) => (mark.kind === "held" ? [this.prefixes.keys[mark.key] as Key] : []))];
  }

  /** Where a pod can be whose address is not known: in any of the ranges; without those, outside every block. */
  private possibleChains(): readonly (readonly Key[])[] {
    const { cluster, reading } = this.ground;
    if (cluster.podCidrs === undefined) return [this.everywhere()];
    return this.chainsWithin(cluster.podCidrs, reading.family);
  }

  /** The keys around each address of some ranges, every list once. */
  chainsWithin(cidrs: readonly string[], family: Family | undefined): readonly (readonly Key[])[] {
    const { universe } = this.ground;
    const all = IpSet.unionOf(cidrs.map((cidr) => IpSet.cidr(cidr)));
    const ranges = family === undefined ? all : all.ofFamily(family);
    const chains = universe.addressesIn(ranges).map((index) => {
      const addresses = universe.addressesOf(index)?.intersect(ranges) ?? IpSet.none;
      return this.prefixes.holding(addresses.first ?? { family: "IPv6", value: 0n });
    });
    const distinct = new Map(chains.map((chain) => [chain.map((key) => this.prefixes.keys.indexOf(key)).join(), chain]));
    return distinct.size === 0 ? [this.everywhere()] : [...distinct.values()];
  }

  /** The keys of rules without peers only: they hold whatever has an address. */
  private everywhere(): readonly Key[] {
    const entries = this.contributions.filter(({ block }) => block === "any").flatMap((each) => each.entries);
    const [key] = this.prefixes.keys.filter(({ prefix, isDenied }) => prefix === 0 && !isDenied);
    return key === undefined || entries.length === 0
      ? []
      : [{ ...key, block: IpSet.all, entries, except: IpSet.none, exceptOfAll: IpSet.none, prefix: 0 }];
  }

  private inChain(chain: readonly Key[], named: readonly Entry[], perhaps: readonly Entry[]): Match<ConnectionId> {
    const { table } = this.ground;
    const taken = this.prefixes.inherited(chain);
    const asKey = limited(table, { certain: [...named, ...taken], possible: perhaps }, this.limit);
    if (named.length > 0) return asKey;
    const alone = limited(table, asBounds(this.prefixes.longest(chain)), this.limit);
    return perhaps.length === 0 ? alone : this.whichever([alone, asKey]);
  }

  private whichever(answers: readonly Match<ConnectionId>[]): Match<ConnectionId> {
    const { table } = this.ground;
    return {
      certain: answers.reduce((all, { certain }) => table.intersect(all, certain), table.all),
      possible: answers.reduce((all, { possible }) => table.union(all, possible), table.none),
    };
  }
}
