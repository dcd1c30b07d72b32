import { readConfiguration } from "./configuration";
import { detect, type DetectedFile } from "./detect";
import type { Input, InputFile, ReadInputsOptions } from "./input";
import { readManifests } from "./manifests";
import type { JsonObject, Problem, Read } from "./objects";
import { readPlan } from "./plan";
import { readState } from "./state";

/**
 * Sorts files by what they are and reads each group. All configuration is read together, so that stacks resolve each other, and so are all
 * manifests; each plan and each state is an input of its own. A file that cannot be read is a problem and does not keep the others from it.
 */
export function readInputs(files: readonly InputFile[], options: ReadInputsOptions = {}): Read<readonly Input[]> {
  const problems: Problem[] = [];
  const detected = files.flatMap((file): readonly DetectedFile[] => {
    const { value, problems: met } = detect(file, options.longestText);
    problems.push(...met);
    return value === undefined ? [] : [value];
  });
  const read = [...readGroups(detected, options), ...detected.flatMap(readDocument)];
  const inputs = read.flatMap(({ value }) => value ?? []);
  return { value: inputs, problems: [...problems, ...read.flatMap((each) => each.problems)] };
}

function readGroups(files: readonly DetectedFile[], { variables }: ReadInputsOptions): readonly Read<Input>[] {
  const configuration = files.filter(({ kind }) => kind === "terraform-json");
  const manifests = files.filter(({ kind }) => kind === "manifests");
  const variableFiles = files.filter(({ kind }) => kind === "variables");
  const options = { variableFiles, ...(variables === undefined ? {} : { variables }) };
  return [
    ...(configuration.length === 0 ? [] : [readConfiguration(configuration, options)]),
    ...(manifests.length === 0 ? [] : [readManifests(manifests)]),
  ];
}

/** What is an input of its own. */
function readDocument({ file, kind, root }: DetectedFile): readonly Read<Input | undefined>[] {
  if (kind === "plan") return [readPlan(file, root as JsonObject)];
  return kind === "state" ? [readState(file, root as JsonObject)] : [];
}
