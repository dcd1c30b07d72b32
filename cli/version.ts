import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root";

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** The name and version of this package. */
export const { name: packageName, version }: Manifest = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as Manifest;
