import type { PodGroup } from "../matching/pod-groups";
import { type Direction, isUnknown, type NetworkPolicy, type Workload } from "../model";
import { type Address, IpSet } from "../sets/ip-set";
import type { Attribution } from "./attribution";
import type { CniContribution } from "./contributions";
import type { DivergenceCause, DivergentPair } from "./divergence";
import { tierPolicies } from "./tiers";
import type { CniEvaluator } from "./vpc-cni";

/**
 * The causes of differences between workloads and addresses. Where nothing but blocks of addresses has a part in an answer, equal differences
 * under the same blocks have one cause, for whichever workload: it is looked for once.
 */
export class AddressCauses {
  private readonly known = new Map<string, DivergenceCause>();
  private readonly blocks = new Map<string, IpSet>();
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

  /** `addresses` are those of the pair; none of them is of a node. */
  of(pair: DivergentPair, workload: Workload, addresses: IpSet, direction: Direction): DivergenceCause {
    const around = this.around(workload, addresses, direction);
    if (around === undefined) return this.attribution.cause(pair.witness);
    const key = [direction, pair.opened, pair.closed, pair.undecided, around].map(String).join("|");
    const known = this.known.get(key) ?? this.attribution.cause(pair.witness);
    this.known.set(key, known);
    return known;
  }

  /** The blocks that hold addresses of which all are in the same blocks, as text, with what port names mean where rules have some. Undefined: something else can have a part. */
  private around(workload: Workload, addresses: IpSet, direction: Direction): string | undefined {
    const [interpretation] = this.cni.ground.evaluation.interpretations;
    const [group, ...more] = this.cni.ground.evaluation.universe.groups.ofWorkload(workload);
    const { rows } = this.cni;
    if (!this.isPlain || interpretation === undefined || group === undefined || more.length > 0) return undefined;
    if (rows.enforcement(workload).isEnforced !== "yes" || rows.sharesIdentifier(workload)) return undefined;
    const cniRows = rows.rowsIn(interpretation);
    if (tierPolicies(cniRows, group, direction).length > 0) return undefined;
    const applied = cniRows.applied(group, direction);
    const address = addresses.first;
    if (address === undefined || applied.some(({ isCertain }) => !isCertain)) return undefined;
    const holding = applied.flatMap(({ contributions }) => contributions.flatMap((each) => this.textOf(each, address) ?? []));
    const names = applied.some(({ policy }) => this.hasNames(policy, direction)) ? this.meanings(group) : "";
    return `${names} ${holding.join(" ")}`;
  }

  private meanings(group: PodGroup): string {
    const [interpretation] = this.cni.ground.evaluation.interpretations;
    return interpretation === undefined ? "" : this.cni.rows.rowsIn(interpretation).contributions.ports.meanings(group);
  }

  private hasNames(policy: number, direction: Direction): boolean {
    const rules = (this.cni.ground.evaluation.cluster.policies[policy] as NetworkPolicy)[direction] ?? [];
    return rules.some(({ ports }) => ports !== "any" && ports.some(({ kind }) => kind !== "range"));
  }

  private textOf({ policy, rule, block, isCertain }: CniContribution, address: Address): string | undefined {
    if (block === undefined) return undefined;
    const sure = isCertain ? "" : "?";
    if (block === "any") return `${String(policy)}/${String(rule)}${sure}`;
    if (isUnknown(block.cidr) || block.except.some(isUnknown)) return `${String(policy)}/${String(rule)}?`;
    if (!this.set(block.cidr).contains(address)) return undefined;
    const excepted = (block.except as readonly string[]).map((each) => (this.set(each).contains(address) ? "-" : "+"));
    return `${String(policy)}/${String(rule)}:${block.cidr}${excepted.join("")}${sure}`;
  }

  private set(cidr: string): IpSet {
    const known = this.blocks.get(cidr) ?? IpSet.cidr(cidr);
    this.blocks.set(cidr, known);
    return known;
  }
}
