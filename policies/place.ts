/** A line of the project's source; the file is given from the project's root, with slashes, so it is the same on every machine. */
export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What V8 leaves out of a stack, together with all that was called from it. */
type Above = (new (...args: never[]) => unknown) | ((...args: never[]) => unknown);

/**
 * Where the function or constructor `above` was called from: its nearest caller that is the project's own. The root is the folder the
 * process runs in, which for a CDKTF program is the folder of cdktf.json. Undefined when `above` is not being called, or only by packages.
 */
export function callerOf(above: Above): Place | undefined {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, above);
  return placeInStack(holder.stack ?? "", process.cwd());
}

/** The first line of a stack, as `Error.stack` writes it, that is in a file outside of packages. Paths become relative to `root`. */
export function placeInStack(stack: string, root: string): Place | undefined {
  const from = segmentsOf(root);
  for (const line of stack.split("\n")) {
    const frame = frameOf(line);
    const file = frame === undefined ? undefined : relative(from, segmentsOf(frame.path));
    if (frame !== undefined && file !== undefined && !isPackaged(file)) return { file: file.join("/"), line: frame.line };
  }
  return undefined;
}

/** `at name (path:line:column)`, `at path:line:column`, with `async` or `new` before; other lines are not frames of a file. */
function frameOf(text: string): { readonly path: string; readonly line: number } | undefined {
  const [, call] = /^\s*at (?:async )?(.+)$/.exec(text.trimEnd()) ?? [];
  if (call === undefined) return undefined;
  // Names of functions hold no " (", folders may: the first one ends the name, if there is a name.
  const place = call.endsWith(")") ? call.slice(call.indexOf(" (") + 2, -1) : call;
  const [, path, line] = /^(.+):(\d+):\d+$/.exec(place) ?? [];
  return path === undefined ? undefined : { path, line: Number(line) };
}

/** Folders and file of an absolute path or file URL; of anything else, such as `node:fs` or `<anonymous>`, one segment that is no root. */
function segmentsOf(path: string): readonly string[] {
  const local = path.startsWith("file://") ? decodeURIComponent(path.slice("file://".length).replace(/[?#].*$/, "")) : path;
  const slashed = local.replaceAll("\\", "/").replace(/^\/?([A-Za-z]):\//, (_match, drive: string) => `/${drive.toUpperCase()}:/`);
  return slashed.replace(/\/$/, "").split("/");
}

/** The way from one absolute path to another; undefined when there is none, as between drives, or when `to` is not absolute. */
function relative(from: readonly string[], to: readonly string[]): readonly string[] | undefined {
  if (to[0] !== "" || (to[1]?.endsWith(":") === true && to[1] !== from[1])) return undefined;
  const shared = from.findIndex((segment, index) => segment !== to[index]);
  const common = shared === -1 ? from.length : shared;
  return [...from.slice(common).map(() => ".."), ...to.slice(common)];
}

/** What package managers put there: node_modules, and Yarn's archives. */
const isPackaged = (file: readonly string[]): boolean => file.includes("node_modules") || file.includes(".yarn");
