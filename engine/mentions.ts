import type { IndexSet } from "./sets/index-set";

/** Sources that may enter some destinations with some connections: one part of an ingress row. */
export interface Mention {
  readonly sources: IndexSet;
  readonly connections: number;
  readonly destinations: readonly number[];
}

/** All parts of all ingress rows, found by the source they mention. There can be millions, so they are kept in flat arrays. */
export class Mentions {
  /** The mentions of source s are at `places[starts[s]]` up to, not including, `places[starts[s + 1]]`. */
  private readonly starts: Uint32Array;
  private readonly places: Uint32Array;
  private readonly signatures: Uint32Array;

  constructor(
    sources: number,
    private readonly mentions: readonly Mention[],
  ) {
    this.starts = countUpTo(sources, mentions);
    this.places = new Uint32Array(this.starts[sources] ?? 0);
    const next = this.starts.slice();
    for (const [place, mention] of mentions.entries()) {
      mention.sources.forEach((source) => {
        if (source >= sources) return;
        const at = next[source] as number;
        this.places[at] = place;
        next[source] = at + 1;
      });
    }
    this.signatures = this.sign(sources);
  }

  /** Equal for two sources exactly when the same parts mention them. */
  signatureOf(source: number): number {
    return this.signatures[source] as number;
  }

  /** What the parts that mention a source say: destinations, and the connections they let in. */
  *of(source: number): Generator<readonly [members: readonly number[], value: number]> {
    const end = this.starts[source + 1] as number;
    for (let at = this.starts[source] as number; at < end; at++) {
      const { destinations, connections } = this.mentions[this.places[at] as number] as Mention;
      yield [destinations, connections];
    }
  }

  /** Numbers sources by the list of their mentions. Lists that hash alike are compared in full. */
  private sign(sources: number): Uint32Array {
    const signatures = new Uint32Array(sources);
    const firstOf = new Map<number, number[]>();
    for (let source = 0; source < sources; source++) {
      const hash = this.hash(source);
      const alike = firstOf.get(hash) ?? [];
      const same = alike.find((other) => this.isSame(source, other));
      signatures[source] = same ?? source;
      if (same === undefined) firstOf.set(hash, [...alike, source]);
    }
    return signatures;
  }

  private hash(source: number): number {
    let hash = 0;
    const end = this.starts[source + 1] as number;
    for (let at = this.starts[source] as number; at < end; at++) hash = (Math.imul(hash, 31) + (this.places[at] as number)) | 0;
    return hash;
  }

  private isSame(source: number, other: number): boolean {
    const from = this.starts[source] as number;
    const otherFrom = this.starts[other] as number;
    const length = (this.starts[source + 1] as number) - from;
    if (length !== (this.starts[other + 1] as number) - otherFrom) return false;
    for (let i = 0; i < length; i++) if (this.places[from + i] !== this.places[otherFrom + i]) return false;
    return true;
  }
}

/** For each source, how many mentions all sources before it have together. */
function countUpTo(sources: number, mentions: readonly Mention[]): Uint32Array {
  const counts = new Uint32Array(sources + 1);
  for (const mention of mentions) {
    mention.sources.forEach((source) => {
      if (source < sources) counts[source + 1] = (counts[source + 1] as number) + 1;
    });
  }
  for (let source = 0; source < sources; source++) counts[source + 1] = (counts[source + 1] as number) + (counts[source] as number);
  return counts;
}
