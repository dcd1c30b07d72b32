import type { RuleRef } from "../decision";
import type { Evaluation } from "../evaluation";
import type { PodGroup } from "../matching/pod-groups";
import { type Direction, isUnknown, type Workload } from "../model";
import { type AddressConnections, reachability, type Reachability } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";
import { IpSet } from "../sets/ip-set";
import { PortSet } from "../sets/port-set";
import { BlocksOfPods, partsOf } from "./applied-blocks";
import { allowingRules } from "./by-policy";
import { internet, isInternetAtLarge } from "./internet";
import { counterpart } from "./opened-flow";
import { firstAddress } from "./rule-ends";
import { addressEnd, flowOf, type FlowWitness, proven, samplePort } from "./witness";
import { refObject } from "./words";

/** What one policy opened of the internet, for the pods of a workload. */
export interface OpenedBy {
  readonly policy: RuleRef["policy"];
  readonly rules: readonly RuleRef[];
  readonly addresses: IpSet;
  readonly connections: ConnectionSet;
  /** A flow that was denied and is allowed now, by one of the rules. */
  readonly witness: FlowWitness;
}

/** Addresses, and what flows now and could not before. */
interface Opened {
  readonly addresses: IpSet;
  readonly connections: ConnectionSet;
}

/**
 * Which policies opened workloads to the internet: for every address and port that was certainly denied and is certainly allowed, the rules that
 * allow it. Found once for all workloads of which the same was and is true.
 */
export class OpenedInternet {
  private readonly was: Reachability;
  private readonly is: Reachability;
  private readonly blocks: BlocksOfPods;
  private readonly known = new Map<readonly AddressConnections[], Map<readonly AddressConnections[], Map<string, readonly OpenedBy[]>>>();

  constructor(
    private readonly before: Evaluation,
    private readonly after: Evaluation,
    private readonly direction: Direction,
  ) {
    this.was = reachability(before);
    this.is = reachability(after);
    this.blocks = new BlocksOfPods(after, direction);
  }

  /** The policies that opened a workload; those that opened the internet at large alone, where there are such. None for a new workload. */
  by(workload: Workload): readonly OpenedBy[] {
    const old = counterpart(this.before, workload);
    if (old === undefined) return [];
    const [was, is] = [this.was.withAddresses(old, this.direction), this.is.withAddresses(workload, this.direction)];
    const signature = this.after.universe.groups
      .ofWorkload(workload)
      .map((group) => this.blocks.signatureOf(group))
      .join(";");
    const alike = this.known.get(was)?.get(is)?.get(signature);
    if (alike !== undefined) return alike;
    const found = this.openedBy(workload, openedOf(was, is));
    const others = this.known.get(was) ?? new Map<readonly AddressConnections[], Map<string, readonly OpenedBy[]>>();
    this.known.set(was, others.set(is, (others.get(is) ?? new Map<string, readonly OpenedBy[]>()).set(signature, found)));
    return found;
  }

  private openedBy(workload: Workload, opened: readonly Opened[]): readonly OpenedBy[] {
    const groups = this.after.universe.groups.ofWorkload(workload);
    const bounds = groups.flatMap((group) => this.blocks.of(group).bounds);
    const ports = [...groups.flatMap((group) => this.portsOfRules(group)), ...declaredPorts(workload)];
    const found = new Map<string, OpenedBy>();
    for (const { addresses, connections } of opened) {
      for (const part of partsOf(addresses, bounds)) {
        for (const piece of pieces(connections, ports)) this.addRulesFor(workload, { addresses: part, connections: piece }, found);
      }
    }
    const all = [...found.values()];
    const alone = all.filter((each) => isInternetAtLarge(each.addresses));
    return alone.length > 0 ? alone : all;
  }

  /** Addresses and ports that policies treat alike: one verdict speaks for all of them. */
  private addRulesFor(workload: Workload, alike: Opened, found: Map<string, OpenedBy>): void {
    const address = addressEnd(firstAddress(alike.addresses));
    const port = samplePort(alike.connections, this.direction === "ingress" ? workload : undefined);
    const witness = port === undefined ? undefined : proven(this.after, flowOf(workload, this.direction, address, port), "allowed");
    if (witness === undefined) return;
    for (const rule of allowingRules(witness.verdict, this.direction)) add(found, rule, alike, witness);
  }

  /** The ports that rules which apply to a pod group name. */
  private portsOfRules(group: PodGroup): readonly ConnectionSet[] {
    const { table, interpretations } = this.after;
    const ids = interpretations.flatMap((each) => {
      const { networkPolicies, clusterPolicies } = each.appliesTo(group, this.direction);
      const rules = [
        ...networkPolicies.flatMap(({ policy }) => each.rulesOf(policy, this.direction)),
        ...clusterPolicies.flatMap(({ policy }) => each.clusterRulesOf(policy, this.direction)),
      ];
      return rules.map(({ ports }) => ports.certain);
    });
    return [...new Set(ids)].map((id) => table.set(id));
  }
}

/** What a name may stand for. */
const declaredPorts = ({ ports }: Workload): readonly ConnectionSet[] =>
  ports.flatMap(({ protocol, port }) => (isUnknown(port) ? [] : [ConnectionSet.of(protocol, PortSet.of(port))]));

/** A set in the parts that others tell apart. */
const pieces = (connections: ConnectionSet, others: readonly ConnectionSet[]): readonly ConnectionSet[] =>
  others.reduce<readonly ConnectionSet[]>(
    (parts, other) => parts.flatMap((part) => [part.intersect(other), part.subtract(other)].filter((each) => !each.isEmpty)),
    [connections],
  );

/** What of the internet is open now and was not, in pieces with one answer before and one after. */
const openedOf = (before: readonly AddressConnections[], after: readonly AddressConnections[]): readonly Opened[] =>
  before.flatMap((was) =>
    after.flatMap((is): readonly Opened[] => {
      const connections = is.connections.certain.subtract(was.connections.possible);
      const addresses = connections.isEmpty ? IpSet.none : was.addresses.intersect(is.addresses).intersect(internet);
      return addresses.isEmpty ? [] : [{ addresses, connections }];
    }),
  );

function add(found: Map<string, OpenedBy>, rule: RuleRef, { addresses, connections }: Opened, witness: FlowWitness): void {
  const key = JSON.stringify(refObject(rule.policy));
  const known = found.get(key);
  const isListed = known?.rules.some((each) => each.rule === rule.rule && each.direction === rule.direction) === true;
  found.set(key, {
    policy: rule.policy,
    rules: isListed ? known.rules : [...(known?.rules ?? []), rule],
    addresses: known?.addresses.union(addresses) ?? addresses,
    connections: known?.connections.union(connections) ?? connections,
    witness: known?.witness ?? witness,
  });
}
