/** Sets of the numbers below a limit, as rows of bits in one block, which is used again and again. A set is known by the number of its row. */
export class BitRows {
  private words = 0;
  private count = 0;
  private bits = new Uint32Array(1024);

  /** Forgets all rows; from now on they hold numbers below `limit`. */
  clear(limit: number): void {
    this.words = (limit + 31) >>> 5;
    this.count = 0;
  }

  empty(): number {
    const end = (this.count + 1) * this.words;
    if (end > this.bits.length) this.grow(end);
    this.bits.fill(0, this.count * this.words, end);
    return this.count++;
  }

  copy(row: number): number {
    const copy = this.empty();
    this.unite(copy, row);
    return copy;
  }

  add(row: number, number: number): void {
    const word = row * this.words + (number >>> 5);
    this.bits[word] = (this.bits[word] as number) | (1 << (number & 31));
  }

  has(row: number, number: number): boolean {
    return (((this.bits[row * this.words + (number >>> 5)] as number) >>> (number & 31)) & 1) === 1;
  }

  unite(row: number, other: number): void {
    const { bits, words } = this;
    const to = row * words;
    const from = other * words;
    for (let i = 0; i < words; i++) bits[to + i] = (bits[to + i] as number) | (bits[from + i] as number);
  }

  subtract(row: number, other: number): void {
    const { bits, words } = this;
    const to = row * words;
    const from = other * words;
    for (let i = 0; i < words; i++) bits[to + i] = (bits[to + i] as number) & ~(bits[from + i] as number);
  }

  /** Whether any number is in both. */
  meet(row: number, other: number): boolean {
    const { bits, words } = this;
    const one = row * words;
    const two = other * words;
    for (let i = 0; i < words; i++) if (((bits[one + i] as number) & (bits[two + i] as number)) !== 0) return true;
    return false;
  }

  includes(whole: number, part: number): boolean {
    const { bits, words } = this;
    const all = whole * words;
    const some = part * words;
    for (let i = 0; i < words; i++) if (((bits[some + i] as number) & ~(bits[all + i] as number)) !== 0) return false;
    return true;
  }

  private grow(length: number): void {
    const larger = new Uint32Array(Math.max(length, 2 * this.bits.length));
    larger.set(this.bits);
    this.bits = larger;
  }
}
