import { grouped } from "../grouped";
import { type Direction, isUnknown, type NetworkPolicy, type Workload } from "../model";
import { type Change, Partition } from "../rows/partition";
import type { IndexSet } from "../sets/index-set";
import { IpSet } from "../sets/ip-set";
import type { Attribution } from "./attribution";
import type { CniContribution } from "./contributions";
import type { Differing, DivergenceCause, DivergentPair } from "./divergence";
import { tierPolicies } from "./tiers";
import type { CniEvaluator } from "./vpc-cni";

/** What has a part in a workload's answers about addresses. */
export interface Surroundings {
  /** What port names mean, where rules have some. */
  readonly names: string;
  /** For each class of addresses, which blocks hold it: the same number, the same blocks. */
  readonly blocks: Partition;
}

/**
 * The causes of differences between workloads and addresses. Where nothing but blocks of addresses has a part in an answer, equal differences
 * under the same blocks have one cause, for whichever workload: it is looked for once.
 */
export class AddressCauses {
  private readonly known = new Map<string, DivergenceCause>();
  private readonly changes = new Map<CniContribution, readonly Change[]>();
  private readonly blocks = new Map<string, Partition>();
  private readonly lists = new TextLists();
  private readonly isPlain: boolean;

  constructor(
    private readonly cni: CniEvaluator,
    private readonly attribution: Attribution,
  ) {
    const { cluster, settings, ground } = cni;
    const { interpretations } = ground.evaluation;
    const hasHosts = cluster.workloads.some(({ hostNetwork }) => hostNetwork !== false);
    this.isPlain =
      !hasHosts &&
      interpretations.length === 1 &&
      settings.mode === "standard" &&
      settings.ipFamily === "IPv4" &&
      ground.uncertain.size === 0;
  }

  /** `blocks` are those around the addresses of the pair, none of which is of a node. */
  of(direction: Direction, differing: Differing, { names }: Surroundings, blocks: number, pair: () => DivergentPair): DivergenceCause {
    const { opened, closed, undecided } = differing;
    const key = [direction, opened, closed, undecided, names, blocks].map(String).join("|");
    const known = this.known.get(key) ?? this.attribution.cause(pair().witness);
    this.known.set(key, known);
    return known;
  }

  /** What has a part in the answers about all addresses that are of no node. Undefined: something else can have one. */
  around(workload: Workload, direction: Direction): Surroundings | undefined {
    const { universe, interpretations } = this.cni.ground.evaluation;
    const [interpretation] = interpretations;
    const [group, ...more] = universe.groups.ofWorkload(workload);
    const { rows } = this.cni;
    if (!this.isPlain || interpretation === undefined || group === undefined || more.length > 0) return undefined;
    if (rows.enforcement(workload).isEnforced !== "yes" || rows.sharesIdentifier(workload)) return undefined;
    const cniRows = rows.rowsIn(interpretation);
    if (tierPolicies(cniRows, group, direction).length > 0) return undefined;
    const applied = cniRows.applied(group, direction);
    if (applied.some(({ isCertain }) => !isCertain)) return undefined;
    const names = applied.some(({ policy }) => this.hasNames(policy, direction)) ? cniRows.contributions.ports.meanings(group) : "";
    const contributions = applied.flatMap((each) => each.contributions);
    return { names, blocks: this.blocksOf(`${direction} ${applied.map(({ policy }) => String(policy)).join()}`, contributions) };
  }

  /** `key` names the policies the contributions are of. */
  private blocksOf(key: string, contributions: readonly CniContribution[]): Partition {
    const known = this.blocks.get(key);
    if (known !== undefined) return known;
    const { universe } = this.cni.ground.evaluation;
    const changes = contributions.flatMap((each) => this.changesOf(each));
    const blocks = Partition.constant(universe.size, this.lists.start).after(changes);
    this.blocks.set(key, blocks);
    return blocks;
  }

  private hasNames(policy: number, direction: Direction): boolean {
    const rules = (this.cni.ground.evaluation.cluster.policies[policy] as NetworkPolicy)[direction] ?? [];
    return rules.some(({ ports }) => ports !== "any" && ports.some(({ kind }) => kind !== "range"));
  }

  private changesOf(contribution: CniContribution): readonly Change[] {
    const known = this.changes.get(contribution);
    if (known !== undefined) return known;
    const found = [...this.textsOf(contribution)].map(([text, where]) => ({ where, to: (list: number) => this.lists.with(list, text) }));
    this.changes.set(contribution, found);
    return found;
  }

  /** How a rule's block stands around addresses, as text, with the classes of those around which it stands so. */
  private textsOf({ policy, rule, block, isCertain }: CniContribution): ReadonlyMap<string, IndexSet> {
    const { universe } = this.cni.ground.evaluation;
    if (block === undefined) return new Map();
    const [name, sure] = [`${String(policy)}/${String(rule)}`, isCertain ? "" : "?"];
    if (block === "any") return new Map([[`${name}${sure}`, universe.all]]);
    if (isUnknown(block.cidr) || block.except.some(isUnknown)) return new Map([[`${name}?`, universe.all]]);
    const { cidr } = block;
    const exceptions = (block.except as readonly string[]).map((each) => new Set(universe.addressesIn(IpSet.cidr(each))));
    const members = grouped(
      universe.addressesIn(IpSet.cidr(cidr)),
      (index) => `${name}:${cidr}${exceptions.map((each) => (each.has(index) ? "-" : "+")).join("")}${sure}`,
    );
    return new Map([...members].map(([text, list]) => [text, universe.of(list)]));
  }
}

/** Lists of texts, each with a number of its own. */
class TextLists {
  readonly start = 0;
  private count = 0;
  private readonly longer = new Map<string, number>();

  /** The list with one text more. */
  with(list: number, text: string): number {
    const key = `${String(list)} ${text}`;
    const known = this.longer.get(key) ?? ++this.count;
    this.longer.set(key, known);
    return known;
  }
}
