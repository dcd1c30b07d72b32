import { type ConnectionDifference, diff, type DiffEnd } from "../diff/diff";
import type { Evaluation } from "../evaluation";
import type { Endpoint, Workload } from "../model";
import { endpointEnd } from "../report/ends";
import type { ReportFlow } from "../report/parts";
import type { ConnectionSet } from "../sets/connection-set";
import { workloadKey } from "../diff/workload-identity";
import { verdict } from "../verdict";
import type { ResolvedEnds } from "./expected-ends";
import { addressEndpoint } from "../ends";
import type { Tally } from "./tally";

/** Which differences break an expectation: any, or only what is possible now and was not. */
export type Forbidden = "any" | "opened";

/**
 * Adds to the tally whether something flows to or from the pods that did not before. Workloads are matched by kind, namespace and name, as
 * in every diff.
 *
 * @param pods those that are meant at either moment: one that goes, or is no longer called so, is meant too.
 */
export function checkChange(
  before: Evaluation,
  after: Evaluation,
  pods: readonly ResolvedEnds[],
  forbidden: Forbidden,
  tally: Tally,
): void {
  const watched = new Map<string, boolean>();
  for (const { workload, isCertain } of pods.flatMap(({ members }) => members)) {
    const key = workloadKey(workload);
    watched.set(key, isCertain || watched.get(key) === true);
  }
  const certaintyOf = (end: DiffEnd): boolean | undefined => (end.kind === "workload" ? watched.get(workloadKey(end.workload)) : undefined);
  tally.count(watched.size);
  for (const difference of diff(before, after).connections) {
    const certainty = [certaintyOf(difference.from), certaintyOf(difference.to)].filter((each) => each !== undefined);
    if (certainty.length === 0) continue;
    const { broken, open } = breaches(difference, forbidden);
    if (broken.isEmpty && open.isEmpty) continue;
    const isFailure = certainty.includes(true) && !broken.isEmpty;
    tally.add({ result: isFailure ? "failed" : "undecided", witness: () => show(before, after, difference, isFailure ? broken : open) });
  }
}

/** What certainly breaks the expectation, and what may. */
function breaches(
  { before, after }: ConnectionDifference,
  forbidden: Forbidden,
): { readonly broken: ConnectionSet; readonly open: ConnectionSet } {
  const opened = { broken: after.certain.subtract(before.possible), open: after.possible.subtract(before.certain) };
  if (forbidden === "opened") return opened;
  return {
    broken: opened.broken.union(before.certain.subtract(after.possible)),
    open: opened.open.union(before.possible.subtract(after.certain)),
  };
}

/** The flow as it is where it is possible: after for what was opened, before for what was closed. */
function show(
  before: Evaluation,
  after: Evaluation,
  { from, to, opened }: ConnectionDifference,
  breach: ConnectionSet,
): ReportFlow | undefined {
  const found = breach.first;
  if (found === undefined) return undefined;
  const place = opened.has(found.protocol, found.port) ? after : before;
  const ends = { from: inCluster(place, endpoint(from)), to: inCluster(place, endpoint(to)) };
  return { from: endpointEnd(ends.from), to: endpointEnd(ends.to), ...found, verdict: verdict(place, { ...ends, ...found }) };
}

const endpoint = (end: DiffEnd): Endpoint =>
  end.kind === "workload" ? { kind: "workload", workload: end.workload } : addressEndpoint(end.addresses);

/** The same workload as the given cluster holds it. */
function inCluster({ cluster }: Evaluation, end: Endpoint): Endpoint {
  if (end.kind === "address") return end;
  const key = workloadKey(end.workload);
  const found: Workload | undefined = cluster.workloads.find((each) => workloadKey(each) === key);
  return found === undefined ? end : { kind: "workload", workload: found };
}
