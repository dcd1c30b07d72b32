import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { globSync, isDynamicPattern } from "tinyglobby";
import type { PoliciesOfReference } from "../../engine";
import type { ClusterExpectation } from "../../engine/model";
import { joinInputs, readInputs, toCluster } from "../../inputs";
import { readExpectations } from "../../inputs/expectations";
import { Failure, problemLine } from "../failure";
import { readPath, shownPath } from "../files";

/** What must and must not flow, from all files together. */
export interface LoadedExpectations {
  readonly expectations: readonly ClusterExpectation[];
  /** The policies that `atMost` refers to. */
  readonly references: ReadonlyMap<string, PoliciesOfReference>;
}

/** What a module of expectations exports: a list, or a function that makes it from the environment. */
type Exported = readonly ClusterExpectation[] | ((environment: NodeJS.ProcessEnv) => readonly ClusterExpectation[]);

const moduleNames = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs"]);

/** Loads files of expectations by path or pattern, relative to a folder; a pattern or path that finds nothing is a Failure. */
export function loadExpectations(patterns: readonly string[], folder: string): LoadedExpectations {
  const files = [...new Set(patterns.flatMap((pattern) => filesOf(pattern, folder)))];
  const expectations = files.flatMap(loadFile);
  refuseRepeated(expectations);
  const wanted = expectations.flatMap((each) =>
    each.kind === "atMost" ? [[each.reference, referenceFolder(each.location?.file, folder)] as const] : [],
  );
  return { expectations, references: new Map(wanted.map(([reference, base]) => [reference, readReference(resolve(base, reference))])) };
}

function filesOf(pattern: string, folder: string): readonly string[] {
  if (!isDynamicPattern(pattern)) {
    const file = resolve(folder, pattern);
    if (existsSync(file) && statSync(file).isFile()) return [file];
    throw new Failure(`expectations \`${pattern}\` are not there; correct the path`);
  }
  const found = globSync(pattern.replaceAll("\\", "/"), { cwd: folder, absolute: true, expandDirectories: false }).toSorted();
  if (found.length === 0) throw new Failure(`no file of expectations is like \`${pattern}\`; correct the pattern`);
  return found;
}

function loadFile(file: string): readonly ClusterExpectation[] {
  if (moduleNames.has(extname(file))) return loadModule(file);
  const { value, problems } = readExpectations(shownPath(file), readFileSync(file, "utf8"));
  if (problems.length > 0) throw new Failure(problems.map(problemLine).join("\n"));
  return value;
}

function loadModule(file: string): readonly ClusterExpectation[] {
  const name = shownPath(file);
  const { expectations } = requireModule(file, name);
  const list = typeof expectations === "function" ? expectations(process.env) : expectations;
  if (!Array.isArray(list))
    throw new Failure(`\`${name}\` exports no \`expectations\`: export a list of them, or a function that returns it`);
  return (list as readonly ClusterExpectation[]).map((each) => ({ location: { file: name }, ...each }));
}

/** Modules of either kind: Node requires those with `import` as well. */
function requireModule(file: string, name: string): { readonly expectations?: Exported } {
  try {
    return createRequire(file)(file) as { readonly expectations?: Exported };
  } catch (error) {
    const [what = ""] = (error as Error).message.split("\n", 1);
    const wayOut =
      /\.[cm]?ts$/.test(file) && error instanceof SyntaxError ? "run the tool through `tsx`, or write them in YAML" : "mend the module";
    throw new Failure(`\`${name}\` cannot be loaded (${what}); ${wayOut}`);
  }
}

function refuseRepeated(expectations: readonly ClusterExpectation[]): void {
  const seen = new Set<string>();
  for (const { id, location } of expectations) {
    if (seen.has(id))
      throw new Failure(
        `expectation \`${id}\` is there twice, the second time in \`${location?.file ?? "a module"}\`; give it an id of its own`,
      );
    seen.add(id);
  }
}

/** A reference is relative to the file that names it. */
const referenceFolder = (file: string | undefined, folder: string): string => (file === undefined ? folder : resolve(file, ".."));

function readReference(path: string): PoliciesOfReference {
  const read = readInputs(readPath(path));
  const joined = joinInputs(read.value);
  const cluster = toCluster(joined.value.after.objects);
  const errors = [...read.problems, ...joined.problems, ...cluster.problems].filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Failure(errors.map(problemLine).join("\n"));
  return { policies: cluster.value.policies, clusterPolicies: cluster.value.clusterPolicies };
}
