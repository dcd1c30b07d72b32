import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { lilconfigSync } from "lilconfig";
import type { Location } from "../../engine/model";
import { readYamlValue, type ValuePath } from "../../inputs/yaml-value";
import { Failure, problemLine } from "../failure";
import { shownPath } from "../files";
import { type Config, configSchema } from "./config-schema";

/** The configuration, and the folder its paths are relative to. */
export interface LoadedConfig {
  readonly config: Config;
  /** Absent when there is no file. */
  readonly file?: string;
  readonly folder: string;
  locate(path: ValuePath): Location;
}

const fileNames = ["netpol.config.yaml", "netpol.config.yml", "netpol.config.json"];
const empty: Config = { version: 1 };

/** Loads the file that is named, or the nearest one from the working folder upwards; none at all is an empty configuration. */
export function loadConfig(named: string | undefined): LoadedConfig {
  if (named !== undefined && !existsSync(named)) throw new Failure(`configuration \`${named}\` is not there; correct \`--config\``);
  const found = named ?? nearest();
  if (found === undefined) return { config: empty, folder: process.cwd(), locate: () => ({}) };
  const { text, file } = textOf(found);
  const { value, problems } = readYamlValue(shownPath(file), text, configSchema);
  if (value === undefined) throw new Failure(problems.map(problemLine).join("\n"));
  return { config: value.value, file, folder: dirname(resolve(file)), locate: (path) => value.locate(path) };
}

/** Files by our names, or the `netpol` part of a package.json; the text itself is read again, so that mistakes have a place. */
function nearest(): string | undefined {
  const plain = (path: string, content: string): string => (content === "" ? " " : path);
  const search = lilconfigSync("netpol", {
    searchPlaces: [...fileNames, "package.json"],
    loaders: { ".yaml": plain, ".yml": plain },
    stopDir: resolve("/"),
  });
  const result = search.search();
  return result === null ? undefined : result.filepath;
}

function textOf(file: string): { readonly file: string; readonly text: string } {
  const text = readFileSync(file, "utf8");
  if (!file.endsWith("package.json")) return { file, text };
  const { netpol } = JSON.parse(text) as { readonly netpol?: unknown };
  return { file, text: JSON.stringify(netpol ?? empty) };
}
