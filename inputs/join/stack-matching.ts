import type { InfrastructureResource, Input } from "../input";
import type { Problem, Read } from "../objects";
import { blockAddress } from "../plan/terraform-json";

/** A stack of the configuration that is given beside plans and states. */
export interface ConfiguredStack {
  readonly name: string;
  /** By address; an instance that stands for all of a block has the block's address. */
  readonly resources: ReadonlyMap<string, InfrastructureResource>;
  /** Addresses of its managed blocks. */
  readonly blocks: ReadonlySet<string>;
}

/** Which stack each plan and state belongs to, as far as the configuration of one is given. */
export type StackMatches = ReadonlyMap<Input, ConfiguredStack>;

const isConfiguration = ({ kind }: Input): boolean => kind === "cdktf" || kind === "terraform-json";

/** The stacks of all configuration among the inputs, by name. */
export function configuredStacks(inputs: readonly Input[]): ReadonlyMap<string, ConfiguredStack> {
  const stacks = new Map<string, { name: string; resources: Map<string, InfrastructureResource>; blocks: Set<string> }>();
  for (const resource of inputs.filter(isConfiguration).flatMap(({ after }) => after.resources)) {
    const name = resource.stack ?? "";
    const stack = stacks.get(name) ?? { name, resources: new Map<string, InfrastructureResource>(), blocks: new Set<string>() };
    stacks.set(name, stack);
    stack.resources.set(resource.address, resource);
    if (resource.mode === "managed") stack.blocks.add(blockAddress(resource.address));
  }
  return stacks;
}

/**
 * Finds the stack behind each plan and state: the one with the most resource blocks in common. A plan does not say it, and stacks for two
 * environments may have the same addresses throughout; then a folder or a file named after the stack decides.
 */
export function matchStacks(inputs: readonly Input[], stacks: ReadonlyMap<string, ConfiguredStack>): Read<StackMatches> {
  const matches = new Map<Input, ConfiguredStack>();
  const problems: Problem[] = [];
  for (const input of inputs.filter(({ kind }) => kind === "plan" || kind === "state")) {
    const best = bestStacks(input, [...stacks.values()]);
    const [first] = best;
    const named = best.filter(({ name }) => isNamedAfter(input.name, name));
    const match = best.length === 1 ? first : named.length === 1 ? named[0] : undefined;
    if (match !== undefined) matches.set(input, match);
    else if (first !== undefined) problems.push(ambiguous(input, best));
  }
  return { value: matches, problems };
}

function bestStacks(input: Input, stacks: readonly ConfiguredStack[]): readonly ConfiguredStack[] {
  const scored = stacks.map((stack) => {
    const shared = [...stack.blocks].filter((address) => input.declares.has(address)).length;
    return { stack, shared, foreign: stack.blocks.size - shared };
  });
  const most = Math.max(0, ...scored.map(({ shared }) => shared));
  if (most === 0) return [];
  const sharing = scored.filter(({ shared }) => shared === most);
  const fewest = Math.min(...sharing.map(({ foreign }) => foreign));
  return sharing.filter(({ foreign }) => foreign === fewest).map(({ stack }) => stack);
}

/** Whether a part of a path is the name of a stack, alone or with an extension. */
const isNamedAfter = (file: string, stack: string): boolean =>
  file.split(/[\\/]/).some((part) => part === stack || part.startsWith(`${stack}.`));

function ambiguous({ kind, name }: Input, stacks: readonly ConfiguredStack[]): Problem {
  const names = stacks.map((stack) => `\`${stack.name}\``).join(" and ");
  const message = `\`${name}\` is a ${kind} that fits stacks ${names} equally: keep it in a folder named after its stack, or give it without their configuration`;
  return { severity: "error", message, location: { file: name } };
}
