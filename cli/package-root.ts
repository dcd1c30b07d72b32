import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of this package, whether run from its sources or compiled. */
export const packageRoot: string = rootFrom(__dirname);

function rootFrom(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("the package this file belongs to has no package.json");
  return rootFrom(parent);
}
