import type { PolicyRef } from "../../decision";
import type { Evaluation } from "../../evaluation";
import { type Direction, directions, type Workload } from "../../model";
import { networkPolicyRef } from "../../reasons";
import { allowingRules } from "../by-policy";
import { grouped } from "../grouped";
import { internetIndex } from "../internet";
import { type InternetOpening, isIsolated, openToInternet } from "../open-to-internet";
import { counterpart, openedFlow } from "../opened-flow";
import { closureOf, probesOf } from "../probes";
import type { LintRule, RuleFinding } from "../rule";
import { type FlowWitness, witnessed } from "../witness";
import { listed, nameOf, objectName, placed, portsText, refObject } from "../words";
import { lostDefaults } from "./np402-default-deny-removed";

export const np404ExposureWidened: LintRule = {
  code: "NP404",
  name: "exposure-widened",
  title: "A change opens workloads that stay: a policy that closed them goes, or one lets the internet in",
  severity: "error",
  category: "change",
  needs: ["plan"],
  check({ before, evaluation }) {
    if (before === undefined) return [];
    return directions.flatMap((direction) => [
      ...isolationLost(before, evaluation, direction),
      ...internetOpened(before, evaluation, direction),
    ]);
  },
};

/** Workloads that a policy closed and none closes any more, by the policy. What a lost default deny opens is the matter of NP402. */
function isolationLost(before: Evaluation, after: Evaluation, direction: Direction): readonly RuleFinding[] {
  const inLostDefaults = new Set(lostDefaults(before, after, direction));
  const opened = after.cluster.workloads.flatMap((workload) => {
    if (typeof workload.namespace === "string" && inLostDefaults.has(workload.namespace)) return [];
    const policy = closingBefore(before, workload, direction);
    return policy !== undefined && closureOf(probesOf(after), workload, direction) === "open" ? [{ workload, policy }] : [];
  });
  return [...grouped(opened, ({ policy }) => JSON.stringify(refObject(policy))).values()].map((all) => {
    const [{ policy }] = all as [(typeof all)[number]];
    const workloads = all.map(({ workload }) => workload);
    return {
      subject: refObject(policy),
      message: `no policy closes the ${direction} of ${listed(workloads.map(nameOf))} any more, which ${objectName(refObject(policy))} closed before`,
      advice: "keep the policy, or remove the workloads in the same change",
      ...placed(policy),
      because: [policy],
      key: `${direction} isolation`,
      ...witnessed(firstOpened(before, after, workloads, direction)),
    };
  });
}

/** The policy that certainly isolated a workload before the change. */
function closingBefore(before: Evaluation, workload: Workload, direction: Direction): PolicyRef | undefined {
  const old = counterpart(before, workload);
  if (old === undefined) return undefined;
  const groups = before.universe.groups.ofWorkload(old);
  if (!groups.every((group) => isIsolated(before, group, direction))) return undefined;
  const [group] = groups;
  const applied = group === undefined ? [] : (before.interpretations[0]?.appliesTo(group, direction).networkPolicies ?? []);
  const policy = before.cluster.policies[applied[0]?.policy ?? -1];
  return policy === undefined ? undefined : networkPolicyRef(policy);
}

/** Workloads that were closed to the internet at large, by the policy that opens them. */
function internetOpened(before: Evaluation, after: Evaluation, direction: Direction): readonly RuleFinding[] {
  return blamed(before, after, direction).flatMap(({ policy, opened, because, connections }) => {
    const witness = firstOpened(before, after, opened, direction);
    if (witness === undefined) return [];
    const way = direction === "ingress" ? "can be reached from the internet" : "can connect to the internet";
    return [
      {
        subject: refObject(policy),
        message: `${listed(opened.map(nameOf))} ${way} on ${portsText(connections)}, and could not before`,
        advice: "name the addresses that are meant",
        ...placed(policy),
        because,
        key: `${direction} internet`,
        witness,
      },
    ];
  });
}

interface Blame extends InternetOpening {
  readonly opened: readonly Workload[];
}

/**
 * The workloads each policy opened. Of the policies that let a workload's internet in, those are blamed that allow a flow which was denied before;
 * all of them where none is.
 */
function blamed(before: Evaluation, after: Evaluation, direction: Direction): readonly Blame[] {
  const wasClosed = closedBefore(before, direction);
  const openings = openToInternet(after, direction).map((each) => ({ ...each, opened: each.workloads.filter(wasClosed) }));
  const workloads = new Set(openings.flatMap(({ opened }) => opened));
  const culprits = new Map([...workloads].map((workload) => [workload, allowingNow(before, after, workload, direction)]));
  const isBlamed = ({ policy }: Blame, workload: Workload): boolean => culprits.get(workload)?.has(keyOf(policy)) === true;
  const isUnclear = (workload: Workload): boolean => !openings.some((each) => each.opened.includes(workload) && isBlamed(each, workload));
  const unclear = new Set([...workloads].filter(isUnclear));
  return openings.map((each) => ({ ...each, opened: each.opened.filter((workload) => isBlamed(each, workload) || unclear.has(workload)) }));
}

const keyOf = (policy: InternetOpening["policy"]): string => JSON.stringify(refObject(policy));

/** The policies whose rules allow a flow that was opened, by name. */
function allowingNow(before: Evaluation, after: Evaluation, workload: Workload, direction: Direction): ReadonlySet<string> {
  const witness = openedFlow(before, after, workload, direction);
  return new Set(witness === undefined ? [] : allowingRules(witness.verdict, direction).map(({ policy }) => keyOf(policy)));
}

/** Whether a workload was there and certainly closed to the internet at large. */
function closedBefore(before: Evaluation, direction: Direction): (workload: Workload) => boolean {
  const index = internetIndex(before);
  return (workload) => {
    const old = counterpart(before, workload);
    if (old === undefined) return false;
    const groups = before.universe.groups.ofWorkload(old);
    return groups.every((group) => isIsolated(before, group, direction) && index.reachOf(group, direction) === undefined);
  };
}

/** How many workloads are tried for an example. */
const mostTried = 5;

const firstOpened = (
  before: Evaluation,
  after: Evaluation,
  workloads: readonly Workload[],
  direction: Direction,
): FlowWitness | undefined =>
  workloads
    .slice(0, mostTried)
    .map((workload) => openedFlow(before, after, workload, direction))
    .find((each) => each !== undefined);
