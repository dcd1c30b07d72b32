/** What the files of one folder may import: other folders (or files) of the project, and npm packages. Their own folder is always allowed. */
export interface ImportRule {
  readonly folder: string;
  readonly folders: readonly string[];
  /** Exact names, or a prefix that ends in `*`. */
  readonly packages: readonly string[];
}

/**
 * Who may import whom. The most specific folder that holds a file decides about it; `__tests__` may import anything and is not listed.
 *
 * The same table is in `docs/architecture.md`; a test compares the two.
 */
export const importTable: readonly ImportRule[] = [
  { folder: "main.ts", folders: ["stacks"], packages: ["cdktf", "constructs", "@cdktf/*", "zod"] },
  { folder: "stacks", folders: ["policies", "engine/model"], packages: ["cdktf", "constructs", "@cdktf/*", "zod", "fastest-levenshtein"] },
  { folder: "policies", folders: ["engine/model", "engine/expectations"], packages: [] },
  { folder: "engine", folders: [], packages: ["ip-address"] },
  { folder: "engine/model", folders: ["engine/sets"], packages: [] },
  { folder: "engine/sets", folders: ["engine/model"], packages: ["ip-address"] },
  { folder: "inputs", folders: ["engine/model", "engine/sets"], packages: ["yaml", "zod", "ip-address", "fastest-levenshtein"] },
  // Quoting YAML right needs to know every version of it: the library does.
  { folder: "outputs", folders: ["engine"], packages: ["picocolors", "yaml", "zod", "sarif"] },
  { folder: "schema", folders: ["outputs", "inputs", "cli/config"], packages: ["node:*", "zod"] },
  {
    folder: "cli",
    folders: ["inputs", "engine", "outputs", "policies"],
    packages: ["node:*", "commander", "lilconfig", "picocolors", "picomatch", "tinyglobby", "yaml", "zod"],
  },
  { folder: "testing", folders: ["inputs", "engine", "outputs"], packages: ["node:*"] },
  { folder: "bench", folders: ["engine", "inputs"], packages: ["node:*"] },
];
