import type { TextPosition } from "../terraform/json-text";

/** Turns offsets of one text into lines and columns; offsets that are asked for in order are found in one walk over the text. */
export class LineIndex {
  private line = 1;
  private lineStart = 0;

  constructor(private readonly text: string) {}

  /** Line and column of an offset, counted from 1. */
  at(offset: number): TextPosition {
    if (offset < this.lineStart) [this.line, this.lineStart] = [1, 0];
    for (;;) {
      const end = this.text.indexOf("\n", this.lineStart);
      if (end === -1 || end >= offset) return { line: this.line, column: offset - this.lineStart + 1 };
      this.line += 1;
      this.lineStart = end + 1;
    }
  }
}
