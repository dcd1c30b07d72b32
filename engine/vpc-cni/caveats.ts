import { directions, type Endpoint, isUnknown, type Workload } from "../model";
import type { Caveat } from "./answers";
import { type CniSettings, compareVersions } from "./settings";
import type { SubjectRows } from "./subject-rows";
import { isSince } from "./versions";

/** What whoever reads an answer should know beside it. */
export function caveatsOf(rows: SubjectRows, ends: readonly Endpoint[]): readonly Caveat[] {
  const workloads = [...new Set(ends.flatMap((end) => (end.kind === "workload" ? [end.workload] : [])))];
  return workloads.flatMap((workload) => ofWorkload(rows, workload));
}

function ofWorkload(rows: SubjectRows, workload: Workload): readonly Caveat[] {
  const { settings } = rows.ground;
  if (rows.enforcement(workload).isEnforced === "no") return [];
  const { namespace, cluster } = policiesOf(rows, workload);
  const isSelected = namespace + cluster > 0;
  const caveats: readonly (readonly [Caveat["id"], boolean])[] = [
    ["L-03", isSelected && workload.kind === "Pod"],
    ["L-09", isSelected && settings.podSecurityGroupMode !== "off" && settings.podSecurityGroupMode !== "standard"],
    ["L-34", isSelected && settings.mode !== "strict"],
    ["L-35", settings.mode !== "standard"],
    ["L-36", cluster > 0 && namespace === 0 && mayLoseProbes(settings)],
    ["L-37", isSelected],
    ["L-38", isSelected && isSince(settings, [1, 22, 3]) !== "yes"],
    ["L-39", isSelected && mayStartClosed(settings)],
  ];
  return caveats.flatMap(([id, holds]) => (holds ? [{ id, workload }] : []));
}

/** Before the fix, nothing let the kubelet in to a pod that only cluster-wide AWS policies select. */
const mayLoseProbes = (settings: CniSettings): boolean => settings.mode !== "standard" && isSince(settings, [1, 23, 1]) !== "yes";

/** One build of this release denied everything on fresh clusters. */
const mayStartClosed = ({ version, mode }: CniSettings): boolean =>
  !isUnknown(version) && compareVersions(version, [1, 21, 1]) === 0 && mode === "standard";

/** How many policies may apply to a workload: of its namespace, and cluster-wide. */
function policiesOf(rows: SubjectRows, workload: Workload): { readonly namespace: number; readonly cluster: number } {
  const { universe, interpretations } = rows.ground.evaluation;
  const all = universe.groups
    .ofWorkload(workload)
    .flatMap((group) => interpretations.flatMap((each) => directions.map((direction) => each.appliesTo(group, direction))));
  const { upstream } = rows.ground.lists;
  return {
    namespace: all.flatMap(({ networkPolicies }) => networkPolicies).length,
    cluster: all.flatMap(({ clusterPolicies }) => clusterPolicies).filter(({ policy }) => policy >= upstream).length,
  };
}
