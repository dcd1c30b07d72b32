import type { Location } from "../engine/model";
import type { InfrastructureResource, Input, JoinedInput, JoinOptions, Snapshot } from "./input";
import { chooseCluster, type ClusterChoice, type Found } from "./join/cluster-choice";
import { configuredStacks, type ConfiguredStack, matchStacks, type StackMatches } from "./join/stack-matching";
import { textOf } from "./kubernetes/problems";
import { objectName } from "./object-name";
import type { LocatedObject, Read } from "./objects";
import { blockAddress } from "./plan/terraform-json";

/**
 * Takes inputs together: the union of what they hold, before and after. An input that tells no before from an after counts as unchanged and is
 * on both sides. Where a plan or a state is of a stack whose configuration is given too, the plan or state decides, and takes the construct
 * paths from the configuration. What a state says is left out where a plan says it. The same object from two sources that have nothing to do
 * with each other stays twice, for `toCluster` to refuse with both places. Objects of several clusters are refused, unless it is said which to
 * read.
 */
export function joinInputs(inputs: readonly Input[], { providers }: JoinOptions = {}): Read<JoinedInput> {
  const stacks = configuredStacks(inputs);
  const { value: matches, problems } = matchStacks(inputs, stacks);
  const joiner = new Joiner(inputs, stacks, matches);
  const choice = chooseCluster(joiner.found(), matches, providers);
  return { value: joiner.join(choice), problems: [...problems, ...choice.problems] };
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

  /** Everything that is, or writes, an object and counts. */
  found(): readonly Found[] {
    return this.inputs.flatMap((input): readonly Found[] => {
      const objects = [...input.after.objects, ...(input.before?.objects ?? [])].filter((each) => this.counts(each, input));
      const opaque = input.opaque.filter(({ location }) => this.stays(location, input));
      const seen = new Map(objects.map((each) => [objectKey(each), { input, location: each.location, isObject: true }]));
      return [...seen.values(), ...opaque.map(({ location }) => ({ input, location, isObject: false }))];
    });
  }

  join({ keeps, targets, incomplete }: ClusterChoice): JoinedInput {
    const inputs = this.inputs.map((input) => ({
      input,
      isRead: (location: Location): boolean => this.stays(location, input) && keeps(input, location),
    }));
    const side = (of: (input: Input) => Snapshot): Snapshot =>
      this.union(inputs.map(({ input, isRead }) => this.side(input, of(input), isRead)));
    const located = <T extends { readonly location: Location }>(list: (input: Input) => readonly T[]): readonly T[] =>
      inputs.flatMap(({ input, isRead }) =>
        list(input)
          .filter(({ location }) => isRead(location))
          .map((each) => this.located(each, input)),
      );
    const moves = inputs.some(({ input }) => input.before !== undefined);
    return {
      after: side(({ after }) => after),
      ...(moves ? { before: side(({ before, after }) => before ?? after) } : {}),
      changes: located(({ changes }) => changes),
      drift: located(({ drift }) => drift),
      incomplete: inputs.flatMap(({ input }) => [...input.incomplete, ...incomplete(input)].map((each) => `\`${input.name}\`: ${each}`)),
      opaque: located(({ opaque }) => opaque),
      suppressions: inputs.flatMap(({ input, isRead }) =>
        input.suppressions.filter((each) => (each.source === "annotation" ? isRead(each.location) : keeps(input, each.location))),
      ),
      targets,
    };
  }

  private union(snapshots: readonly Snapshot[]): Snapshot {
    return { objects: snapshots.flatMap(({ objects }) => objects), resources: snapshots.flatMap(({ resources }) => resources) };
  }

  /** One side of an input without what another decides about. */
  private side(input: Input, { objects, resources }: Snapshot, isRead: (location: Location) => boolean): Snapshot {
    return {
      objects: objects
        .filter((each) => isRead(each.location) && !this.isRepeated(objectKey(each), input))
        .map((each) => this.located(each, input)),
      resources: resources
        .filter((each) => isRead(each.location) && !this.isRepeated(resourceKey(each), input))
        .map((each) => this.explained(each, input)),
    };
  }

  private counts(object: LocatedObject, input: Input): boolean {
    return this.stays(object.location, input) && !this.isRepeated(objectKey(object), input);
  }

  /** Whether a state says what a plan says too. */
  private isRepeated(key: string, { kind }: Input): boolean {
    return kind === "state" && this.planned.has(key);
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
