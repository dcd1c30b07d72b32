import type { Match } from "../matching/pod-index";
import type { Connections } from "../reachability";
import type { ConnectionId, ConnectionTable } from "../rows/connection-table";
import type { ConnectionSet } from "../sets/connection-set";
import { PairMemory, PairNumbers } from "./pair-numbers";

/** Stands for the bounds of one answer: equal numbers, equal bounds. */
export type AnswerId = number;

/** The answers that are met, each kept once, with their algebra. */
export class AnswerTable {
  private readonly bounds = new PairNumbers();
  /** For each answer, which of some well-known connections are in it: who lacks one of another's does not include it. */
  private readonly glances: number[] = [0];
  private readonly inWords = new Map<AnswerId, Connections>();
  private readonly intersections = new PairMemory((one, other) => this.combined(one, other, (a, b) => this.table.intersect(a, b)));
  private readonly unions = new PairMemory((one, other) => this.combined(one, other, (a, b) => this.table.union(a, b)));
  private readonly inclusions = new PairMemory((whole, part) => includesConnections(this.words(whole), this.words(part)));

  readonly nothing: AnswerId;

  constructor(private readonly table: ConnectionTable) {
    this.nothing = this.of(table.none, table.none);
  }

  of(certain: ConnectionId, possible: ConnectionId): AnswerId {
    const answer = this.bounds.of(certain, possible);
    if (answer >= this.glances.length) this.glances.push(glanceAt(this.table.set(possible)));
    return answer;
  }

  certain(answer: AnswerId): ConnectionId {
    return this.bounds.first(answer);
  }

  possible(answer: AnswerId): ConnectionId {
    return this.bounds.second(answer);
  }

  /** Whether nothing can come of it. */
  isNothing(answer: AnswerId): boolean {
    return this.possible(answer) === this.table.none;
  }

  /** What both let through. */
  intersect(one: AnswerId, other: AnswerId): AnswerId {
    return this.intersections.get(one, other);
  }

  union(one: AnswerId, other: AnswerId): AnswerId {
    return one === other ? one : this.unions.get(one, other);
  }

  /** The union of all. */
  together(answers: Iterable<AnswerId>): AnswerId {
    let all = this.nothing;
    for (const answer of answers) all = this.union(all, answer);
    return all;
  }

  /** The bounds that hold whichever of the answers is the true one. */
  whichever(answers: readonly AnswerId[]): AnswerId {
    const [only, ...more] = answers;
    if (only !== undefined && more.length === 0) return only;
    return this.of(
      answers.reduce((all, each) => this.table.intersect(all, this.certain(each)), this.table.all),
      answers.reduce((all, each) => this.table.union(all, this.possible(each)), this.table.none),
    );
  }

  /** Whether the whole has all of the part, for certain and possibly. */
  includes(whole: AnswerId, part: AnswerId): boolean {
    if (whole === part || part === this.nothing) return true;
    if (((this.glances[part] as number) & ~(this.glances[whole] as number)) !== 0) return false;
    return this.inclusions.get(whole, part);
  }

  /** One object for one answer. */
  words(answer: AnswerId): Connections {
    const known = this.inWords.get(answer);
    if (known !== undefined) return known;
    const { certain, possible } = this.match(answer);
    const words = { certain: this.table.set(certain), possible: this.table.set(possible) };
    this.inWords.set(answer, words);
    return words;
  }

  private match(answer: AnswerId): Match<ConnectionId> {
    return { certain: this.certain(answer), possible: this.possible(answer) };
  }

  private combined(one: AnswerId, other: AnswerId, operation: (a: ConnectionId, b: ConnectionId) => ConnectionId): AnswerId {
    const [a, b] = [this.match(one), this.match(other)];
    return this.of(operation(a.certain, b.certain), operation(a.possible, b.possible));
  }
}

/** Connections that are often told apart: up to 32 of them. */
const wellKnown = [
  22, 25, 53, 80, 111, 123, 179, 443, 1433, 2379, 3000, 3306, 4317, 5000, 5432, 5672, 6379, 6443, 8000, 8080, 8443, 9000, 9090, 9092,
].map((port) => ({ protocol: "TCP", port }) as const);

const glanceAt = (set: ConnectionSet): number =>
  wellKnown.reduce((bits, { protocol, port }, at) => (set.has(protocol, port) ? bits | (1 << at) : bits), 0);

/** Whether the whole has all of the part, for certain and possibly. */
const includesConnections = (whole: Connections, part: Connections): boolean =>
  part.certain.isSubsetOf(whole.certain) && part.possible.isSubsetOf(whole.possible);
