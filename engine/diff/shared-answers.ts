import type { Row } from "../rows/rows";
import { type ConnectionId, ConnectionTable } from "../rows/connection-table";
import type { Partition } from "../rows/partition";
import type { Connections } from "../reachability";
import { ConnectionSet } from "../sets/connection-set";

/** Stands for what may flow, in either of two clusters: equal numbers, equal connections. */
export type AnswerNumber = number;

/** Numbers for the answers of two clusters, whose own numbers for connection sets have nothing to do with each other. */
export class SharedAnswers {
  /** Nothing can flow. */
  static readonly nothing: AnswerNumber = 0;

  private readonly sets = new ConnectionTable();
  private readonly answers: Connections[] = [{ certain: ConnectionSet.none, possible: ConnectionSet.none }];
  private readonly numbers = new Map<number, AnswerNumber>([[pairKey(this.sets.none, this.sets.none), SharedAnswers.nothing]]);

  connections(number: AnswerNumber): Connections {
    const found = this.answers[number];
    if (found === undefined) throw new RangeError(`no answer has the number ${String(number)}`);
    return found;
  }

  number({ certain, possible }: Connections): AnswerNumber {
    const key = pairKey(this.sets.intern(certain), this.sets.intern(possible));
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.answers.push({ certain, possible });
    this.numbers.set(key, this.answers.length - 1);
    return this.answers.length - 1;
  }
}

/** The answers of one cluster, under the numbers shared with the other. */
export class NumberedAnswers {
  private readonly exact: AnswerNumber[] = [];
  private readonly inexact = new Map<number, AnswerNumber>();

  constructor(
    private readonly shared: SharedAnswers,
    private readonly table: ConnectionTable,
  ) {}

  number(certain: ConnectionId, possible: ConnectionId): AnswerNumber {
    if (certain === possible) return (this.exact[possible] ??= this.numberAnew(certain, possible));
    const key = pairKey(certain, possible);
    const known = this.inexact.get(key);
    if (known !== undefined) return known;
    const fresh = this.numberAnew(certain, possible);
    this.inexact.set(key, fresh);
    return fresh;
  }

  row({ certain, possible }: Row): Partition {
    if (certain === possible) return possible.map((value) => this.number(value, value));
    return certain.zip(possible, (atLeast, atMost) => this.number(atLeast, atMost));
  }

  private numberAnew(certain: ConnectionId, possible: ConnectionId): AnswerNumber {
    return this.shared.number({ certain: this.table.set(certain), possible: this.table.set(possible) });
  }
}

function pairKey(certain: ConnectionId, possible: ConnectionId): number {
  return certain * 2 ** 26 + possible;
}
