import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault } from "./fault";

/** The root of the project. */
export const root = join(__dirname, "..", "..");

const parts = ["engine", "inputs", "policies", "__tests__", "docs", "package.json", "tsconfig.json", "jest.config.js"];

/** Large, and no part of what is run against a fault. */
const leftOut = /__tests__\/(conformance\/data\/(np-guard|recipes|k8s-validation|anp-validation)|stacks|fixtures)(\/|$)/;

/** A copy of the project that may be broken. */
export class Copy {
  readonly directory = mkdtempSync(join(tmpdir(), "mutation-"));

  constructor() {
    for (const part of parts)
      cpSync(join(root, part), join(this.directory, part), {
        recursive: true,
        filter: (source) => !leftOut.test(source.slice(root.length)),
      });
    symlinkSync(join(root, "node_modules"), join(this.directory, "node_modules"));
  }

  /** A fault whose text is not there exactly once is an Error: the code has moved on, and the fault must be written anew. */
  check({ file, from, why }: Fault): void {
    const count = this.read(file).split(from).length - 1;
    if (count !== 1)
      throw new Error(
        `the fault "${why}" must apply once, but its text is ${String(count)} times in \`${file}\`: write it anew in faults.ts`,
      );
  }

  /** Does something while the fault is in the copy. */
  async with<T>(fault: Fault, run: () => Promise<T>): Promise<T> {
    this.check(fault);
    const sound = this.read(fault.file);
    writeFileSync(
      join(this.directory, fault.file),
      sound.replace(fault.from, () => fault.to),
    );
    try {
      return await run();
    } finally {
      writeFileSync(join(this.directory, fault.file), sound);
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  private read(file: string): string {
    return readFileSync(join(this.directory, file), "utf8");
  }
}
