import type { Location, NetworkPolicy } from "../engine/model";

/** What a policy file writes down; the place is added by `declared`. */
export type PolicyDeclaration = Omit<NetworkPolicy, "location">;

/**
 * The policy, with the file and line of this call as its place, so that a report about the deployed object can point at the source.
 * The file is given from the root of the project: the same on every machine.
 */
export function declared(policy: PolicyDeclaration): NetworkPolicy {
  const created = declarationPlace(new Error().stack ?? "");
  return created === undefined ? policy : { ...policy, location: { created } };
}

// Greedy up to the last folder of that name: the project itself may lie under a folder called policies.
const frame = /^.*[\\/](policies[\\/].+\.ts):(\d+):\d+\)?$/;

function declarationPlace(stack: string): Location["created"] {
  for (const line of stack.split("\n")) {
    const [, path, number] = frame.exec(line) ?? [];
    const file = path?.replaceAll("\\", "/");
    if (file !== undefined && file !== "policies/declared.ts") return { file, line: Number(number) };
  }
  return undefined;
}
