import { type ConnectionSet, evaluate, type Verdict } from "../../engine";
import { type Flow, lowestPort, type Outcome, type Protocol, protocols, type Service } from "../../engine/model";
import { changeLabels, clusterOf, References } from "./case-cluster";
import type { CaseFile, ClusterObjects, Connectivity, Pair, Probe, Step } from "./case-file";
import { deciders } from "./deciders";
import { RangeTable } from "./range-table";
import { outcomeIn, Views } from "./views";

/** An assertion the engine does not share. */
export interface Mismatch {
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  /** The policies and rules that decide, for whoever looks into it. */
  readonly because: string;
}

/** What one case came to. */
export interface CaseResult {
  readonly assertions: number;
  readonly mismatches: readonly Mismatch[];
}

/**
 * Runs every assertion of one case. `baseOf` reads the cluster a case refers to. Where the engine refuses the objects, or the case names what
 * it does not have, that is a mismatch of the case.
 */
export function runCase(file: CaseFile, baseOf: (reference: string) => ClusterObjects): CaseResult {
  const tally = new Tally();
  let objects = file.cluster ?? baseOf(file.clusterRef ?? "");
  for (const [index, step] of file.steps.entries()) {
    const name = step.subtest ?? step.label ?? `step ${String(index + 1)}`;
    try {
      objects = changeLabels(objects, step.clusterChanges ?? []);
      runStep(step, objects, tally, name, file.loopback === "ignore");
    } catch (error) {
      const got = `an error: ${error instanceof Error ? error.message : String(error)}`;
      tally.check(false, () => ({ where: name, expected: "an answer", got, because: "" }));
    }
  }
  return tally;
}

function runStep(step: Step, objects: ClusterObjects, tally: Tally, name: string, ignoresLoopback: boolean): void {
  const cluster = clusterOf(objects, step.policies ?? []);
  const run = new StepRun(new Views(evaluate(cluster)), new References(cluster), tally, name);
  for (const probe of step.probes ?? []) run.probe(probe, ignoresLoopback);
  if (step.connectivity !== undefined) run.connectivity(step.connectivity);
}

class Tally implements CaseResult {
  assertions = 0;
  readonly mismatches: Mismatch[] = [];

  check(isShared: boolean, mismatch: () => Mismatch): void {
    this.assertions++;
    if (!isShared) this.mismatches.push(mismatch());
  }

  /** An assertion about another view of one that is counted already. */
  alsoFails(mismatch: Mismatch): void {
    this.mismatches.push(mismatch);
  }
}

const isService = (reference: string): boolean => reference.startsWith("svc:");

const agreed = (outcomes: readonly Outcome[]): Outcome => {
  const [first = "undecided"] = outcomes;
  return outcomes.every((outcome) => outcome === first) ? first : "undecided";
};

function servicePort({ ports }: Service, port: number, protocol: Protocol): number {
  const ofProtocol = ports.filter((each) => each.protocol === protocol);
  const found = ofProtocol.find((each) => each.port === port) ?? ofProtocol.find(({ targetPort }) => targetPort === port);
  return typeof found?.port === "number" ? found.port : port;
}

class StepRun {
  constructor(
    private readonly views: Views,
    private readonly references: References,
    private readonly tally: Tally,
    private readonly step: string,
  ) {}

  probe(probe: Probe, ignoresLoopback: boolean): void {
    for (const [pair, expected] of this.expectedPairs(probe, ignoresLoopback)) {
      if (isService(pair[1])) {
        this.askService(pair, expected, probe);
        continue;
      }
      const flow = this.flow(pair, probe.protocol, probe.port);
      const answer = this.views.verdict(flow);
      const got = probe.direction === undefined ? answer.outcome : answer[probe.direction].outcome;
      this.tally.check(got === expected, () => this.mismatch(flow, pair, expected, got, answer));
      this.compareViews(flow, pair, answer);
    }
  }

  /** Traffic to a Service, by the port of the Service; where it has none of that number, by the port on the pods it leads to. */
  private askService([from, to]: Pair, expected: Outcome, { port, protocol, direction }: Probe): void {
    const source = this.references.endpoint(from);
    const service = this.references.service(to);
    const number = servicePort(service, port, protocol);
    const { outcome, backends } = this.views.service(source, service, number, protocol);
    const verdicts = backends.flatMap(({ verdict }) => verdict ?? []);
    const got = direction === undefined ? outcome : agreed(verdicts.map((verdict) => verdict[direction].outcome));
    this.tally.check(got === expected, () => ({
      where: `${this.step}: ${from} -> ${to} ${protocol} ${String(number)}`,
      expected,
      got,
      because: verdicts.map(deciders).join("; "),
    }));
  }

  /** Every other way to ask must say of a flow what its verdict says. */
  private compareViews(flow: Flow, pair: Pair, answer: Verdict): void {
    for (const { view, got } of this.views.disagreements(flow, answer.outcome))
      this.tally.alsoFails(this.mismatch(flow, pair, `${answer.outcome} (the verdict)`, `${got} (${view})`, answer));
  }

  private expectedPairs({ expect }: Probe, ignoresLoopback: boolean): readonly (readonly [Pair, Outcome])[] {
    const expected = new Map<string, readonly [Pair, Outcome]>();
    const add = (pairs: readonly Pair[], outcome: Outcome): void => {
      for (const pair of pairs) expected.set(pair.join(" "), [pair, outcome]);
    };
    if (expect.default !== "none") add(this.allPairs(), expect.default === "allow" ? "allowed" : "denied");
    add(expect.allow ?? [], "allowed");
    add(expect.deny ?? [], "denied");
    // Where only the listed pairs are asserted, a pod to itself is asserted when it is listed.
    const asksLoopback = !ignoresLoopback || expect.default === "none";
    return [...expected.values()].filter(([[from, to]]) => asksLoopback || from !== to);
  }

  private allPairs(): readonly Pair[] {
    const pods = this.references.pods();
    return pods.flatMap((from) => pods.map((to): Pair => [from, to]));
  }

  connectivity(expected: Connectivity): void {
    const table = new RangeTable(expected);
    let turn = 0;
    for (const pair of table.pairs()) {
      const wanted = table.expected(...pair);
      for (const protocol of protocols) this.compare(pair, protocol, expected.probePorts, wanted);
      this.askVerdict(pair, expected.probePorts, turn++);
    }
  }

  private compare(pair: Pair, protocol: Protocol, ports: readonly number[], wanted: ConnectionSet): void {
    const { from, to } = this.flow(pair, protocol, lowestPort);
    const connections = this.views.between(from, to);
    for (const port of ports) {
      const expected: Outcome = wanted.has(protocol, port) ? "allowed" : "denied";
      const got = outcomeIn(connections, protocol, port);
      this.tally.check(got === expected, () => {
        const flow: Flow = { from, to, protocol, port };
        return this.mismatch(flow, pair, expected, got, this.views.verdict(flow));
      });
    }
  }

  /** The table is held against the connections of both ends, for all ports at once; the verdict is asked about one port of each pair, in turn. */
  private askVerdict(pair: Pair, ports: readonly number[], turn: number): void {
    const protocol = protocols[turn % protocols.length] ?? "TCP";
    const port = ports[Math.floor(turn / protocols.length) % ports.length] ?? lowestPort;
    const flow = this.flow(pair, protocol, port);
    this.compareViews(flow, pair, this.views.verdict(flow));
  }

  private flow([from, to]: Pair, protocol: Protocol, port: number): Flow {
    return { from: this.references.endpoint(from), to: this.references.endpoint(to), protocol, port };
  }

  private mismatch({ protocol, port }: Flow, [from, to]: Pair, expected: string, got: string, answer: Verdict): Mismatch {
    return { where: `${this.step}: ${from} -> ${to} ${protocol} ${String(port)}`, expected, got, because: deciders(answer) };
  }
}
