import type { PodGroup } from "../../matching/pod-groups";
import { workloadIndex } from "../../matching/workload-index";
import { type Direction, directions, type Endpoint, type Workload } from "../../model";
import { ConnectionSet } from "../../sets/connection-set";
import { formatAddress, parseAddress } from "../../sets/ip-set";
import type { CniReason } from "../../vpc-cni/answers";
import { isSince, releases } from "../../vpc-cni/versions";
import { type CniAnswers, type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, flowText, mostProofs } from "../cni-findings";
import { type CrowdedEnds, CrowdedEndSearch } from "../crowded-ends";
import { outsideFamilies, outsidersOf } from "../outside";
import { refOf, type WrittenRule } from "../policy-rules";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { addressEnd, flowOf, samplePort, witnessed, workloadEnd } from "../witness";
import { nameOf, placed, policyObject } from "../words";

export const vpc014TooManyPorts: LintRule = {
  ...aboutVpcCni,
  code: "VPC014",
  name: "too-many-ports",
  title: "More ports are opened for one address than the node agent has room for, and it drops some at random",
  severity: "error",
  check(context) {
    const cni = cniContext(context);
    return cni === undefined ? [] : new LostPorts(context, cni).findings();
  },
};

/** How many pods of one kind are tried. */
const mostEnds = 3;

/** Holds what is listed for an end against the evaluator, which counts what the agent's list for that very address gets. */
class LostPorts {
  private readonly found = new Map<string, RuleFinding>();
  private readonly asked = new Set<string>();
  private proofs = 0;

  constructor(
    private readonly context: LintContext,
    private readonly cni: CniContext,
  ) {}

  findings(): readonly RuleFinding[] {
    const { evaluation } = this.context;
    const search = new CrowdedEndSearch(evaluation, limitOf(this.cni));
    for (const group of evaluation.universe.groups.all) {
      const [workload] = evaluation.universe.groups.workloadsIn(group).filter(({ hostNetwork }) => hostNetwork === false);
      if (workload === undefined) continue;
      for (const direction of directions) this.lookAt(search, group, workload, direction);
    }
    return [...this.found.values()];
  }

  /** Pods to which the same rules apply for the same ends are alike: one answers for all. */
  private lookAt(search: CrowdedEndSearch, group: PodGroup, workload: Workload, direction: Direction): void {
    for (const crowded of search.of(group, direction)) {
      if (this.proofs >= mostProofs) return;
      const key = crowded.rules.map((rule) => `${String(rule.place)} ${String(rule.index)}`).join();
      if (this.asked.has(`${direction} ${key}`) || crowded.rules.every((rule) => this.found.has(keyOf(rule)))) continue;
      this.asked.add(`${direction} ${key}`);
      this.prove(crowded, workload, direction);
    }
  }

  private prove(crowded: CrowdedEnds, workload: Workload, direction: Direction): void {
    for (const [index, other] of this.endsAmong(crowded, workload)) {
      const port = samplePort(this.openAt(crowded, workload, direction, index), direction === "ingress" ? workload : undefined);
      if (port === undefined) continue;
      if (this.proofs >= mostProofs) return;
      this.proofs++;
      const flow = flowOf(workload, direction, other, port);
      const answers = this.cni.answers(flow);
      const over = answers.vpcCni[direction].reasons.find(isLimit);
      if (over === undefined || answers.witness?.verdict[direction].outcome !== "allowed") continue;
      for (const rule of crowded.rules) {
        if (!this.found.has(keyOf(rule)))
          this.found.set(keyOf(rule), finding(rule, crowded, over, { workload, answers, text: flowText(flow) }));
      }
      return;
    }
  }

  /** Some of the ends, with their places: pods that have addresses of their own, and addresses of the cluster's family. */
  private endsAmong({ ends }: CrowdedEnds, workload: Workload): readonly (readonly [number, Endpoint])[] {
    const index = workloadIndex(this.context.evaluation);
    const found: (readonly [number, Endpoint])[] = [];
    for (const end of ends.members()) {
      const address = this.addressAt(end);
      const pod = index.inGroup(end).find((each) => each !== workload && each.hostNetwork === false);
      if (address !== undefined) found.push([end, addressEnd(address)]);
      else if (pod !== undefined) found.push([end, workloadEnd(pod)]);
      if (found.length >= mostEnds) break;
    }
    return found;
  }

  private addressAt(end: number): string | undefined {
    const addresses = this.context.evaluation.universe.addressesOf(end);
    if (addresses === undefined) return undefined;
    const usual = outsidersOf(this.context).find((each) => addresses.contains(parseAddress(each)));
    const [first] = outsideFamilies(this.context).flatMap((family) => addresses.ofFamily(family).first ?? []);
    return usual ?? (first === undefined ? undefined : formatAddress(first));
  }

  /** What the pod's end lets through: of what the crowded rules number, or else all of it. */
  private openAt({ rules }: CrowdedEnds, workload: Workload, direction: Direction, end: number): ConnectionSet {
    const { table, interpretations, universe } = this.context.evaluation;
    const [group] = universe.groups.ofWorkload(workload);
    const [interpretation] = interpretations;
    if (group === undefined || interpretation === undefined) return ConnectionSet.none;
    const open = table.set(interpretation.row(group, direction).certain.at(end));
    const numbered = rules.flatMap(({ matches }) => matches.map(({ ports }) => table.set(ports.certain)));
    const listed = open.intersect(numbered.reduce((all, each) => all.union(each), ConnectionSet.none));
    return listed.isEmpty ? open : listed;
  }
}

type Limit = Extract<CniReason, { kind: "limit" }>;

const isLimit = (reason: CniReason): reason is Limit => reason.kind === "limit";

/** One finding for each policy and direction. */
const keyOf = ({ place, direction }: WrittenRule): string => `${String(place)} ${direction}`;

interface Proof {
  readonly workload: Workload;
  readonly answers: CniAnswers;
  readonly text: string;
}

function finding({ policy, direction }: WrittenRule, { rules }: CrowdedEnds, over: Limit, { workload, answers, text }: Proof): RuleFinding {
  const own = rules.filter((rule) => rule.policy === policy);
  return {
    subject: policyObject(policy),
    message: `the policies of ${nameOf(workload)} open ${String(over.entries)} ports or ranges for one address, and the agent keeps ${String(over.limit)} of them, nobody knows which: ${text} is one that may be lost`,
    advice: "join ports to ranges (`endPort`), or give the peers to several sets of pods",
    ...placed(policy),
    field: `spec.${direction}`,
    because: [...own, ...rules.filter((rule) => rule.policy !== policy)].map((rule) => refOf(rule)),
    key: direction,
    ...(answers.specification === "allowed" ? witnessed(answers.witness) : {}),
  };
}

/** What the agent has room for at one address. */
function limitOf({ settings }: CniContext): number {
  if (isSince(settings, releases.twentyFourEntries) !== "no") return 24;
  return settings.ipFamily === "IPv6" ? 4 : 8;
}
