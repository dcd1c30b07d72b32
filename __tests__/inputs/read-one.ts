/** Reading one text as an input, for the tests of the readers. */
import {
  joinInputs,
  readInputs,
  type Input,
  type JoinedInput,
  type Json,
  type JsonObject,
  type Problem,
  type ReadInputsOptions,
} from "../../inputs";

/** The only input of one file; its problems must be none that stop a run. */
export function readOne(text: string | JsonObject, file = "input.json", options: ReadInputsOptions = {}): Input {
  const { value, problems } = readInputs([{ file, text: typeof text === "string" ? text : JSON.stringify(text) }], options);
  const errors = problems.filter(({ severity }) => severity === "error");
  const [input] = value;
  if (input === undefined || value.length > 1 || errors.length > 0) throw new Error(JSON.stringify({ errors, inputs: value.length }));
  return input;
}

/** Several files read and taken together; their problems must be none that stop a run. */
export function readJoined(files: readonly (readonly [file: string, text: string | JsonObject])[]): JoinedInput {
  const read = readInputs(files.map(([file, text]) => ({ file, text: typeof text === "string" ? text : JSON.stringify(text) })));
  const joined = joinInputs(read.value);
  const errors = [...read.problems, ...joined.problems].filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return joined.value;
}

/** What is wrong with one file, as `severity: message`. */
export const faultsOf = (text: string, file: string, options: ReadInputsOptions = {}): readonly string[] =>
  readInputs([{ file, text }], options).problems.map(wording);

export const wording = ({ severity, message }: Problem): string => `${severity}: ${message}`;

/** The objects of one side, without their places. */
export const objectsOn = (input: Pick<JoinedInput, "after" | "before">, side: "before" | "after"): readonly JsonObject[] | undefined =>
  input[side]?.objects.map(({ object }) => object);

/** What a test says about one planned change; the rest is as in a plan that creates the resource. */
export interface PlanEntry {
  readonly type: string;
  readonly name?: string;
  readonly address?: string;
  readonly actions?: readonly string[];
  readonly before?: Json;
  readonly after?: Json;
  readonly unknown?: Json;
  readonly sensitive?: Json;
  readonly expressions?: JsonObject;
  readonly more?: JsonObject;
}

/** A plan with these changes, and whatever else it is to hold. */
export function planOf(entries: readonly PlanEntry[], more: JsonObject = {}): JsonObject {
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { root_module: {} },
    resource_changes: entries.map(plannedChange),
    configuration: { root_module: { resources: entries.map(configuredBlock) } },
    complete: true,
    errored: false,
    ...more,
  };
}

export function plannedChange(entry: PlanEntry): JsonObject {
  const { type, name = "x", address = `${type}.${name}`, actions = ["create"], before = null, after = null } = entry;
  const change = {
    actions,
    before,
    after,
    after_unknown: entry.unknown ?? {},
    after_sensitive: entry.sensitive ?? {},
    before_sensitive: entry.sensitive ?? {},
  };
  return { address, mode: "managed", type, name, change, ...entry.more };
}

const configuredBlock = ({ type, name = "x", expressions = {} }: PlanEntry): JsonObject => ({
  address: `${type}.${name}`,
  mode: "managed",
  type,
  name,
  expressions,
});
