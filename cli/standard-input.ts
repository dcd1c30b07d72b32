import { readSync } from "node:fs";
import { isatty } from "node:tty";
import { Failure } from "./failure";
import { utf8Text } from "./text-encoding";

const chunkSize = 2 ** 16;
/** How long to wait, in milliseconds, for whoever writes into a pipe that is empty for now. */
const patience = 20;

let known: string | undefined;

/** Standard input to its end as UTF-8, the same text however often it is asked for. More of it than `largest` bytes is a Failure. */
export const readStandardInput = (largest: number): string => (known ??= readToEnd(largest));

function readToEnd(largest: number): string {
  if (isatty(0)) throw new Failure("`-` reads standard input, which is the keyboard here; pipe something into it, or name a file");
  const chunks: Buffer[] = [];
  let size = 0;
  for (let chunk = readChunk(); chunk !== undefined; chunk = readChunk()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largest) throw new Failure(`standard input is larger than ${String(Math.floor(largest / 10 ** 6))} MB; split it`);
  }
  return utf8Text(Buffer.concat(chunks), "standard input");
}

/** The next bytes; none at the end. A pipe that does not block says EAGAIN while it is empty. */
function readChunk(): Buffer | undefined {
  const buffer = Buffer.allocUnsafe(chunkSize);
  for (;;) {
    try {
      const count = readSync(0, buffer);
      return count === 0 ? undefined : buffer.subarray(0, count);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EOF") return undefined;
      if (code !== "EAGAIN") throw new Failure(`standard input cannot be read (${message})`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, patience);
    }
  }
}
