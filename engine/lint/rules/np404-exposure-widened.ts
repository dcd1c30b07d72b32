import type { PolicyRef } from "../../decision";
import type { Evaluation } from "../../evaluation";
import { type Direction, directions, type Workload } from "../../model";
import { networkPolicyRef } from "../../reasons";
import { grouped } from "../../grouped";
import { exposedKey } from "../exposed";
import { type InternetIndex, internetIndex } from "../internet";
import { isIsolated } from "../open-to-internet";
import { counterpart, type Moments, openedFlow } from "../opened-flow";
import { OpenedInternet } from "../opened-internet";
import { openness } from "../open-pods";
import { outsideFamilies, outsidersOf } from "../outside";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { ConnectionSet } from "../../sets/connection-set";
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
  check(context) {
    const { before } = context;
    if (before === undefined) return [];
    return directions.flatMap((direction) => [...isolationLost(context, before, direction), ...internetOpened(context, before, direction)]);
  },
};

/** Workloads that a policy closed and none closes any more, by the policy. What a lost default deny opens is the matter of NP402. */
function isolationLost(context: LintContext, before: Evaluation, direction: Direction): readonly RuleFinding[] {
  const after = context.evaluation;
  const moments = { first: before, then: after, outside: outsidersOf(context) };
  const inLostDefaults = new Set(lostDefaults(context, before, direction));
  const isOpen = openness(context);
  const opened = after.cluster.workloads.flatMap((workload) => {
    if (typeof workload.namespace === "string" && inLostDefaults.has(workload.namespace)) return [];
    const policy = closingBefore(before, workload, direction);
    return policy !== undefined && isOpen(workload, direction) ? [{ workload, policy }] : [];
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
      key: exposedKey([direction, "isolation"], [{ workloads }]),
      ...witnessed(firstOpened(moments, workloads, direction)),
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

/** Workloads that were closed to the internet at large and are open to it, by the policies that opened them. */
function internetOpened(context: LintContext, before: Evaluation, direction: Direction): readonly RuleFinding[] {
  const after = context.evaluation;
  const families = outsideFamilies(context);
  const now = internetIndex(after, families);
  const wasClosed = closedBefore(before, internetIndex(before, families), direction);
  const opened = new OpenedInternet(before, after, direction);
  const found = after.cluster.workloads
    .filter((workload) => wasClosed(workload) && isOpenNow(after, now, workload, direction))
    .flatMap((workload) => opened.by(workload).map((each) => ({ ...each, workload })));
  const way = direction === "ingress" ? "can be reached from the internet" : "can connect to the internet";
  return [...grouped(found, ({ policy }) => JSON.stringify(refObject(policy))).values()].map((all) => {
    const [{ policy, witness }] = all as [(typeof all)[number]];
    const connections = all.reduce((ports, each) => ports.union(each.connections), ConnectionSet.none);
    return {
      subject: refObject(policy),
      message: `${listed(all.map(({ workload }) => nameOf(workload)))} ${way} on ${portsText(connections)}, and could not before`,
      advice: "name the addresses that are meant",
      ...placed(policy),
      because: [...new Map(all.flatMap(({ rules }) => rules.map((rule) => [rule.rule, rule]))).values()],
      key: exposedKey(
        [direction, "internet"],
        all.map(({ workload, connections: open }) => ({ workloads: [workload], connections: open })),
      ),
      witness,
    };
  });
}

/** Whether some pods of a workload certainly exchange something with the internet at large. */
const isOpenNow = (after: Evaluation, index: InternetIndex, workload: Workload, direction: Direction): boolean =>
  after.universe.groups.ofWorkload(workload).some((group) => index.reachOf(group, direction) !== undefined);

/** Whether a workload was there and certainly closed to the internet at large. */
function closedBefore(before: Evaluation, index: InternetIndex, direction: Direction): (workload: Workload) => boolean {
  return (workload) => {
    const old = counterpart(before, workload);
    if (old === undefined) return false;
    const groups = before.universe.groups.ofWorkload(old);
    return groups.every((group) => isIsolated(before, group, direction) && index.reachOf(group, direction) === undefined);
  };
}

/** How many workloads are tried for an example. */
const mostTried = 5;

const firstOpened = (moments: Moments, workloads: readonly Workload[], direction: Direction): FlowWitness | undefined =>
  workloads
    .slice(0, mostTried)
    .map((workload) => openedFlow(moments, workload, direction))
    .find((each) => each !== undefined);
