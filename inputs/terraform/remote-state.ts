import { isUnknown, unknown, type Unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { field, isObject } from "./blocks";
import type { Scope } from "./scope";
import type { Declaration, Stack } from "./stack";

/** What `data.terraform_remote_state.<name>.outputs.<output>` leads to. */
export interface RemoteOutput {
  readonly stack: Stack;
  /** Absent: the stack has no such output. */
  readonly declaration: Declaration | undefined;
}

const generatedPrefix = "cross-stack-reference-input-";

/** Finds the stack a remote state reads: by the name CDKTF gives the data source, else by the backend both write down. */
export function remoteOutput(source: string, config: JsonObject, output: string, scope: Scope): RemoteOutput | Unknown {
  const stack = stackByName(source, scope.world.stacks) ?? scope.world.stacks.find((each) => sharesBackend(each, config));
  if (stack === undefined) return unknown(`output \`${output}\` of ${stackWording(source)}, which is not in the input`);
  return { stack, declaration: stack.declarations.get(`output.${output}`) };
}

const stackByName = (source: string, stacks: readonly Stack[]): Stack | undefined =>
  source.startsWith(generatedPrefix) ? stacks.find(({ name }) => name === source.slice(generatedPrefix.length)) : undefined;

const stackWording = (source: string): string =>
  source.startsWith(generatedPrefix) ? `stack \`${source.slice(generatedPrefix.length)}\`` : "another state";

/** Whether everything a remote state's `config` says is also what the stack's own backend says. */
function sharesBackend({ terraform }: Stack, data: JsonObject): boolean {
  const type = field(data, "backend");
  const config = field(data, "config");
  const backends = field(terraform, "backend");
  const backend = typeof type === "string" && isObject(backends) ? field(backends, type) : undefined;
  if (!isObject(config) || !isObject(backend)) return false;
  const entries = Object.entries(config).filter(([, value]) => value !== null);
  return entries.length > 0 && entries.every(([key, value]) => equal(value, field(backend, key)));
}

const equal = (one: Json | undefined, other: Json | undefined): boolean =>
  !isUnknown(one) && !isUnknown(other) && JSON.stringify(one) === JSON.stringify(other);
