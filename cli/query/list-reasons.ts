import type { DirectionVerdict, Evaluation } from "../../engine";
import type { Endpoint, Workload } from "../../engine/model";
import { type ListedConnection, type ReportEnd, workloadEnd } from "../../engine/report";
import { ruleName } from "../../outputs/reasons";
import { directionSentence } from "../../outputs/sentences";
import { portGroups } from "./port-groups";

/** Says of connections which rules decide about them. */
export class ListReasons {
  private readonly workloads: ReadonlyMap<string, Workload>;

  constructor(private readonly evaluation: Evaluation) {
    this.workloads = new Map(evaluation.cluster.workloads.map((each) => [keyOf(workloadEnd(each)), each]));
  }

  /** One line for each end and ground. Of addresses the first speaks for all: that they are treated alike is why they are one line. */
  of({ from, to }: ListedConnection): readonly string[] {
    const [source, target] = [this.endpoint(from), this.endpoint(to)];
    if (source === undefined || target === undefined) return [];
    const flowing = portGroups(this.evaluation, source, target).filter(({ verdict }) => verdict.outcome !== "denied");
    return [
      ...new Set([
        ...flowing.flatMap(({ verdict }) => groundsOf(verdict.egress, from)),
        ...flowing.flatMap(({ verdict }) => groundsOf(verdict.ingress, to)),
      ]),
    ];
  }

  private endpoint(end: ReportEnd): Endpoint | undefined {
    if (end.kind === "workload") {
      const workload = this.workloads.get(keyOf(end));
      return workload === undefined ? undefined : { kind: "workload", workload };
    }
    const [first] = end.cidrs ?? [];
    return first === undefined ? undefined : { kind: "address", address: first.replace(/\/\d+$/, "") };
  }
}

const keyOf = ({ name, workloadKind = "" }: ReportEnd): string => `${workloadKind} ${name}`;

/** The rules by name; where no rule decides, why not. Nothing for addresses, of which no policy speaks. */
function groundsOf(verdict: DirectionVerdict, end: ReportEnd): readonly string[] {
  const { direction, decidedBy, allowedBy, clusterRules, outcome } = verdict;
  if (decidedBy === "outside") return [];
  const rules = decidedBy === "NetworkPolicy" ? allowedBy : clusterRules;
  if (rules.length === 0 || outcome === "undecided") return [`${direction}: ${directionSentence(verdict, end)}`];
  return rules.map((rule) => `${direction}: ${ruleName(rule)}`);
}
