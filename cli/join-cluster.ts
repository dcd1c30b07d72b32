import { type ClusterTargets, resourcesOfCluster } from "../engine/enforcement/deployed-cluster";
import { type Input, type JoinedInput, joinInputs, type Read, type Snapshot } from "../inputs";
import { suggestion } from "../inputs/yaml-value";
import { Failure } from "./failure";

/** Takes inputs together, with the objects and the infrastructure of one cluster only. */
export function joinCluster(inputs: readonly Input[], providers: readonly string[] | undefined): Read<JoinedInput> {
  const { value: joined, problems } = joinInputs(inputs, providers === undefined ? {} : { providers });
  const { after, before, targets } = joined;
  const value = { ...joined, after: deployed(after, targets), ...(before === undefined ? {} : { before: deployed(before, targets) }) };
  return { value, problems };
}

const deployed = (snapshot: Snapshot, targets: ClusterTargets): Snapshot => ({
  ...snapshot,
  resources: resourcesOfCluster(snapshot.resources, targets),
});

/** Refuses provider configurations that no object is deployed by, neither before nor after: a name may be new, or on its way out. */
export function refuseMissingProviders(joined: readonly JoinedInput[]): void {
  const [missing] = (joined[0]?.targets.missing ?? []).filter((name) => joined.every(({ targets }) => targets.missing.includes(name)));
  if (missing === undefined) return;
  const names = [...new Set(joined.flatMap(({ targets }) => targets.names))];
  const known = names.length === 0 ? "; the input names no provider configuration" : suggestion(missing, names);
  throw new Failure(`no object is deployed by a provider configuration \`${missing}\`${known}`);
}
