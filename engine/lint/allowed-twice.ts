import type { RuleRef } from "../decision";
import type { Endpoint } from "../model";
import { workloadIndex } from "../matching/workload-index";
import { ConnectionSet } from "../sets/connection-set";
import type { WrittenRule } from "./policy-rules";
import { refOf } from "./policy-rules";
import { peerEnds } from "./rule-ends";
import type { LintContext } from "./rule";
import { selectedPods } from "./selected-pods";
import { flowOf, type FlowWitness, proven, samplePort } from "./witness";
import { refObject } from "./words";

/** How many ends are tried for an example. */
const mostTried = 3;

/** A flow that a rule allows, and one of others as well. */
export function allowedTwice(context: LintContext, written: WrittenRule, others: readonly WrittenRule[]): FlowWitness | undefined {
  const { evaluation } = context;
  const { direction, place, matches } = written;
  const [group] = selectedPods(evaluation).ofPolicy(place);
  const subject = group === undefined ? undefined : workloadIndex(evaluation).inGroup(group.index)[0];
  if (subject === undefined) return undefined;
  const ports = matches.reduce((all, match) => all.intersect(evaluation.table.set(match.ports.certain)), ConnectionSet.all);
  const isOther = (end: Endpoint): boolean => end.kind === "address" || end.workload !== subject;
  for (const other of peerEnds(context, written).filter(isOther).slice(0, mostTried)) {
    const port = samplePort(ports, direction === "ingress" ? subject : other.kind === "workload" ? other.workload : undefined);
    const found = port === undefined ? undefined : proven(evaluation, flowOf(subject, direction, other, port), "allowed");
    const rules = found?.verdict[direction].allowedBy ?? [];
    if (isAmong(written, rules) && others.some((each) => isAmong(each, rules))) return found;
  }
  return undefined;
}

function isAmong(written: WrittenRule, rules: readonly RuleRef[]): boolean {
  const { policy, rule } = refOf(written);
  const name = JSON.stringify(refObject(policy));
  return rules.some((each) => each.rule === rule && JSON.stringify(refObject(each.policy)) === name);
}
