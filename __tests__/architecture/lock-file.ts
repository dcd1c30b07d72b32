/** What this reads of `package-lock.json`. */
export interface LockFile {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

/**
 * Optional packages that the lock file asks for and does not hold: builds for other platforms that were out of reach when it was written.
 * `npm ci` refuses such a file on every machine.
 */
export const missingOptionalPackages = ({ packages }: LockFile): readonly string[] =>
  Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !foldersAbove(path).some((folder) => `${folder}node_modules/${name}` in packages))
      .map((name) => `${path} needs ${name}`),
  );

/** Where Node.js looks for a package from inside another: its own folder, then each folder that holds it. */
function foldersAbove(path: string): readonly string[] {
  if (path === "") return [""];
  return [`${path}/`, ...foldersAbove(path.slice(0, path.lastIndexOf("node_modules/")).replace(/\/$/, ""))];
}
