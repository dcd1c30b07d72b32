import type { DeploymentTarget, Location } from "../../engine/model";
import { type Input, placeKey, type Targets } from "../input";
import type { Problem } from "../objects";
import { clusterKeys } from "../terraform/cluster-keys";
import type { ProviderConfiguration } from "../terraform/provider";
import type { ConfiguredStack, StackMatches } from "./stack-matching";

/** What was found of one input that counts: objects, and what writes objects that nobody sees. */
export interface Found {
  readonly input: Input;
  readonly location: Location;
  readonly isObject: boolean;
}

/** Which cluster is read, where the objects of an input are sent to several. */
export interface ClusterChoice {
  /** Whether something of an input belongs to the cluster that is read; what does not say is taken to. */
  readonly keeps: (input: Input, location: Location) => boolean;
  readonly targets: Targets;
  /** Why an input does not tell the whole story, beside what it says itself. */
  readonly incomplete: (input: Input) => readonly string[];
  readonly problems: readonly Problem[];
}

/** One cluster: the provider configurations that lead to it, and how many objects they send there. */
interface ClusterGroup {
  readonly configurations: readonly ProviderConfiguration[];
  readonly objects: number;
  readonly location: Location;
}

/**
 * Sorts what was found by the cluster it is sent to. More than one is refused unless `wanted` names provider configurations: then the clusters of
 * these are read, as one, and the others are left out with a note.
 */
export function chooseCluster(found: readonly Found[], matches: StackMatches, wanted: readonly string[] | undefined): ClusterChoice {
  const providers = new Providers([...new Set(found.map(({ input }) => input))], matches);
  const groups = groupsOf(found, providers);
  const names = new Names(groups);
  const chosen =
    wanted === undefined ? groups : groups.filter(({ configurations }) => configurations.some((each) => names.isAmong(each, wanted)));
  const others = groups.filter((group) => !chosen.includes(group));
  const left = new Set(others.flatMap(({ configurations }) => configurations));
  const doubts = others.length === 0 ? [] : found.filter(({ input, location }) => providers.isMissing(input, location));
  return {
    keeps: (input, location) => {
      const provider = providers.of(input, location);
      return provider === undefined || !left.has(provider);
    },
    targets: { chosen: targetsOf(chosen), others: targetsOf(others), ...names.lookedUp(wanted ?? []) },
    incomplete: (input) => doubtsOf(doubts.filter((each) => each.input === input)),
    problems: [
      ...(wanted === undefined && groups.length > 1 ? [severalClusters(groups, names)] : []),
      ...others.map((group) => leftOut(group, names)),
      ...chosen.flatMap((group) => assumedOne(group)),
      ...unsaidStates(found, providers),
    ],
  };
}

/** Where things are sent to. A plan or state takes it from the configuration of its stack, where that is among the inputs. */
class Providers {
  private readonly configured: readonly ProviderConfiguration[];

  constructor(
    private readonly inputs: readonly Input[],
    private readonly matches: StackMatches,
  ) {
    const configurations = inputs.filter(({ kind }) => kind === "cdktf" || kind === "terraform-json");
    this.configured = [...new Set(configurations.flatMap(({ providers }) => [...(providers?.values() ?? [])]))];
  }

  of(input: Input, location: Location): ProviderConfiguration | undefined {
    const own = input.providers?.get(placeKey(location));
    const stack = this.matches.get(input);
    if (stack === undefined) return own;
    if (own === undefined) return this.ofResource(stack, location.address);
    return this.configured.find(({ source, name }) => source === stack.name && name === own.name) ?? own;
  }

  /** Whether something is of Terraform and its provider configuration is not said. */
  isMissing(input: Input, location: Location): boolean {
    return location.address !== undefined && input.kind !== "manifests" && this.of(input, location) === undefined;
  }

  private ofResource({ resources }: ConfiguredStack, address: string | undefined): ProviderConfiguration | undefined {
    const resource = address === undefined ? undefined : resources.get(address);
    if (resource === undefined) return undefined;
    const key = placeKey(resource.location);
    return this.inputs.map(({ providers }) => providers?.get(key)).find((each) => each !== undefined);
  }
}

function groupsOf(found: readonly Found[], providers: Providers): readonly ClusterGroup[] {
  const used = new Map<ProviderConfiguration, { objects: number; readonly location: Location }>();
  for (const { input, location, isObject } of found) {
    const provider = providers.of(input, location);
    if (provider === undefined) continue;
    const known = used.get(provider) ?? { objects: 0, location };
    used.set(provider, known);
    if (isObject) known.objects += 1;
  }
  const keys = clusterKeys([...used.keys()]);
  return [...new Set(keys.values())].map((key) => {
    const members = [...used].filter(([configuration]) => keys.get(configuration) === key);
    return {
      configurations: members.map(([configuration]) => configuration),
      objects: members.reduce((sum, [, { objects }]) => sum + objects, 0),
      location: members[0]?.[1].location ?? {},
    };
  });
}

/** How configurations are called: by their name, with their stack or file where several are in the input. */
class Names {
  private readonly all: readonly ProviderConfiguration[];

  constructor(groups: readonly ClusterGroup[]) {
    this.all = groups.flatMap(({ configurations }) => configurations);
  }

  isAmong = ({ name, source }: ProviderConfiguration, wanted: readonly string[]): boolean =>
    wanted.includes(name) || wanted.includes(`${source}/${name}`);

  of({ name, source }: ProviderConfiguration): string {
    const isAlone = this.all.every((other) => other.name !== name || other.source === source);
    return isAlone ? name : `${source}/${name}`;
  }

  /** Names that somebody asked for and that are of no configuration, and those that could have been. */
  lookedUp(wanted: readonly string[]): Pick<Targets, "missing" | "names"> {
    return {
      missing: wanted.filter((each) => !this.all.some((configuration) => this.isAmong(configuration, [each]))),
      names: [...new Set(this.all.map((each) => this.of(each)))].sort(),
    };
  }

  ofGroup({ configurations, objects }: ClusterGroup): string {
    const names = [...new Set(configurations.map((each) => `\`${this.of(each)}\``))].sort();
    return `${names.join(" with ")} (${String(objects)} ${objects === 1 ? "object" : "objects"})`;
  }
}

const targetsOf = (groups: readonly ClusterGroup[]): readonly DeploymentTarget[] =>
  groups.flatMap(({ configurations }) => configurations.map(({ target }) => target));

function severalClusters(groups: readonly ClusterGroup[], names: Names): Problem {
  const example = groups[0]?.configurations[0];
  const list = groups.map((group) => names.ofGroup(group)).join(", ");
  const message = `the input holds objects of ${String(groups.length)} clusters, by provider configuration: ${list}; choose one, as with \`--provider ${example === undefined ? "" : names.of(example)}\`, and where several are one cluster name each of them`;
  return { severity: "error", message, location: groups.at(-1)?.location ?? {} };
}

const leftOut = (group: ClusterGroup, names: Names): Problem => ({
  severity: "note",
  message: `another cluster is left out: ${names.ofGroup(group)}`,
  location: group.location,
});

/** Configurations of several sources that count as one because nothing says anything else: worth a word. */
function assumedOne({ configurations, location }: ClusterGroup): readonly Problem[] {
  const isSaid = configurations.every(({ server }) => server.kind !== "unsaid" && server.kind !== "environment");
  const sources = [...new Set(configurations.map(({ source }) => `\`${source}\``))].sort();
  if (isSaid || sources.length < 2) return [];
  const message = `nothing says that ${sources.join(" and ")} are deployed to different clusters, so they are taken for one: give the provider its \`host\`, or pass the inputs of one cluster only`;
  return [{ severity: "note", message, location }];
}

/** `terraform show -json` of a state leaves provider configurations out. */
const unsaidStates = (found: readonly Found[], providers: Providers): readonly Problem[] =>
  [
    ...new Set(
      found.filter(({ input, location }) => input.kind === "state" && providers.isMissing(input, location)).map(({ input }) => input),
    ),
  ].map(({ name }) => ({
    severity: "note",
    message: `\`${name}\` does not say by which provider configuration its objects were made, so they are taken for those of one cluster: pass what \`terraform state pull\` prints if there are several`,
    location: { file: name },
  }));

const longestList = 3;

function doubtsOf(doubts: readonly Found[]): readonly string[] {
  const addresses = [...new Set(doubts.map(({ location }) => `\`${location.address ?? ""}\``))];
  if (addresses.length === 0) return [];
  const more = addresses.length > longestList ? ` and ${String(addresses.length - longestList)} more` : "";
  const [which, them] = addresses.length === 1 ? ["it", "it is"] : ["they", "they are"];
  return [
    `nothing says which cluster ${addresses.slice(0, longestList).join(", ")}${more} belonged to, so ${them} counted to the one that is read, and ${which} may be of another`,
  ];
}
