import type { Location } from "../engine/model";
import type { InfrastructureResource, Input, JoinedInput, Snapshot } from "./input";
import { configuredStacks, type ConfiguredStack, matchStacks, type StackMatches } from "./join/stack-matching";
import { textOf } from "./kubernetes/problems";
import { objectName } from "./object-name";
import type { LocatedObject, Read } from "./objects";
import { blockAddress } from "./plan/terraform-json";

/**
 * Takes inputs together: the union of what they hold, before and after. An input that tells no before from an after counts as unchanged and is
 * on both sides. Where a plan or a state is of a stack whose configuration is given too, the plan or state decides, and takes the construct
 * paths from the configuration. What a state says is left out where a plan says it. The same object from two sources that have nothing to do
 * with each other stays twice, for `toCluster` to refuse with both places.
 */
export function joinInputs(inputs: readonly Input[]): Read<JoinedInput> {
  const stacks = configuredStacks(inputs);
  const { value: matches, problems } = matchStacks(inputs, stacks);
  const joiner = new Joiner(inputs, stacks, matches);
  return { value: joiner.join(), problems };
}

class Joiner {
  /** Blocks that a plan or state decides about, by the name of their stack. */
  private readonly covered = new Map<string, Set<string>>();
  /** What plans hold, so that states need not repeat it. */
  private readonly planned = new Set<string>();

  constructor(
    private readonly inputs: readonly Input[],
    private readonly stacks: ReadonlyMap<string, ConfiguredStack>,
    private readonly matches: StackMatches,
  ) {
    for (const [{ declares }, { name }] of matches) this.covered.set(name, new Set([...(this.covered.get(name) ?? []), ...declares]));
    for (const { before, after } of inputs.filter(({ kind }) => kind === "plan")) {
      for (const snapshot of before === undefined ? [after] : [before, after]) {
        for (const key of [...snapshot.objects.map(objectKey), ...snapshot.resources.map(resourceKey)]) this.planned.add(key);
      }
    }
  }

  join(): JoinedInput {
    const { inputs } = this;
    const after = this.union(inputs.map((input) => this.side(input, input.after)));
    const moves = inputs.some(({ before }) => before !== undefined);
    const before = this.union(inputs.map((input) => this.side(input, input.before ?? input.after)));
    return {
      after,
      ...(moves ? { before } : {}),
      changes: inputs.flatMap((input) => input.changes.map((change) => this.located(change, input))),
      drift: inputs.flatMap((input) => input.drift.map((change) => this.located(change, input))),
      incomplete: inputs.flatMap(({ name, incomplete }) => incomplete.map((each) => `\`${name}\`: ${each}`)),
      opaque: inputs.flatMap((input) =>
        input.opaque.filter(({ location }) => this.stays(location, input)).map((each) => this.located(each, input)),
      ),
      suppressions: inputs.flatMap((input) =>
        input.suppressions.filter((each) => each.source !== "annotation" || this.stays(each.location, input)),
      ),
    };
  }

  private union(snapshots: readonly Snapshot[]): Snapshot {
    return { objects: snapshots.flatMap(({ objects }) => objects), resources: snapshots.flatMap(({ resources }) => resources) };
  }

  /** One side of an input without what another decides about. */
  private side(input: Input, { objects, resources }: Snapshot): Snapshot {
    const isRepeated = (key: string): boolean => input.kind === "state" && this.planned.has(key);
    return {
      objects: objects
        .filter((each) => this.stays(each.location, input) && !isRepeated(objectKey(each)))
        .map((each) => this.located(each, input)),
      resources: resources
        .filter((each) => this.stays(each.location, input) && !isRepeated(resourceKey(each)))
        .map((each) => this.explained(each, input)),
    };
  }

  /** Whether something of an input counts: of configuration, what no plan or state decides about. */
  private stays({ address, file }: Location, { kind }: Input): boolean {
    if ((kind !== "cdktf" && kind !== "terraform-json") || address === undefined) return true;
    // What a module makes is in the plan of its stack under other addresses.
    if (address.startsWith("module.")) return ![...this.covered.keys()].some((name) => this.isWrittenIn(name, file));
    const covering = [...this.covered].filter(([, blocks]) => blocks.has(blockAddress(address)));
    return !covering.some(([name]) => this.stacks.get(name)?.resources.get(address)?.location.file === file);
  }

  private isWrittenIn(stack: string, file: string | undefined): boolean {
    return [...(this.stacks.get(stack)?.resources.values() ?? [])].some(({ location }) => location.file === file);
  }

  /** Something with the construct it comes from. */
  private located<T extends { readonly location: Location }>(each: T, input: Input): T {
    const { constructPath, created } = this.configured(each.location.address, input)?.location ?? {};
    if (constructPath === undefined && created === undefined) return each;
    const added = { ...(constructPath === undefined ? {} : { constructPath }), ...(created === undefined ? {} : { created }) };
    return { ...each, location: { ...each.location, ...added } };
  }

  /** A resource of a plan or state with what its configuration records. */
  private explained(resource: InfrastructureResource, input: Input): InfrastructureResource {
    const configured = this.configured(resource.address, input);
    if (configured === undefined) return resource;
    const { stack, comment } = configured;
    const added = { ...(stack === undefined ? {} : { stack }), ...(comment === undefined ? {} : { comment }) };
    return { ...this.located(resource, input), ...added };
  }

  private configured(address: string | undefined, input: Input): InfrastructureResource | undefined {
    const resources = this.matches.get(input)?.resources;
    if (resources === undefined || address === undefined) return undefined;
    return resources.get(address) ?? resources.get(blockAddress(address));
  }
}

/** Equal for the same object at the same address, in whatever document. */
function objectKey({ object, location }: LocatedObject): string {
  const { kind = "", namespace = "", name = "" } = objectName(object) ?? {};
  return JSON.stringify([location.address, kind, textOf(namespace), textOf(name)]);
}

/** Equal for the same resource in a state and in a plan of the same configuration: the provider's id tells stacks with equal addresses apart. */
const resourceKey = ({ address, values }: InfrastructureResource): string => JSON.stringify([address, values.id ?? null]);
