import { type Denial, type Evaluation, explain, IpSet, type MeasuredEnd, type PolicyChange, type Repair, type RuleRef } from "../../engine";
import { metadataAddresses } from "../../engine/lint/instance-metadata";
import { type Flow, shown } from "../../engine/model";
import { addressesEnd, endpointEnd, type ExplainedMoment } from "../../engine/report";
import { requirementsOf } from "../../engine/selector";
import { unknownsIn } from "../../engine/unknowns";
import { networkPolicyObject } from "../../outputs/kubernetes-objects";
import { clusterPolicyObject } from "../../outputs/cluster-policy-objects";
import { policyName } from "../../outputs/reasons";
import { listed } from "../../outputs/sentences";
import { renderYaml } from "../../outputs/yaml";
import type { AskedFlow } from "./explained-moment";
import type { Widening } from "./widened-remedies";

type Remedy = ExplainedMoment["remedies"][number];

/** So many pairs that a change opens beside the flow are named. */
const pairsNamed = 20;

/**
 * What would turn the answer for flows: for a denied one the smallest change that allows it, for an allowed one what has to go at either end.
 * A change that serves several of the flows is there once.
 *
 * @param widening makes a change for one address one for the addresses that it stands for. @default the address stands for itself
 */
export function remediesFor(evaluation: Evaluation, flows: readonly AskedFlow[], widening?: Widening): readonly Remedy[] {
  const found = flows.flatMap(({ flow, to }) => {
    const { repair, denials } = explain(evaluation, flow);
    const about = flows.length === 1 ? "" : ` (for ${flow.protocol} ${String(flow.port)} of ${to.name})`;
    const remedies = [
      ...(repair === undefined ? [] : [allowing(repair, flow, widening)]),
      ...denials.map((denial) => denying(denial, flow)),
    ];
    return remedies.map((each) => ({ ...each, description: `${each.description}${about}` }));
  });
  return [...new Map(found.map((each) => [each.yaml ?? each.description, each])).values()];
}

function allowing({ changes: found, opens }: Repair, flow: Flow, widening: Widening | undefined): Remedy {
  const changes = widening === undefined ? found : found.map(widening.change);
  const nameOf = (end: MeasuredEnd): string => (widening !== undefined && isEndOf(flow, end) ? widening.name : nameOfEnd(end));
  const named = opens.pairs.slice(0, pairsNamed).map(({ from, to, opened }) => `${nameOf(from)} → ${nameOf(to)} ${opened.toString()}`);
  const rest = opens.pairs.length - named.length;
  const more = [
    ...(rest > 0 ? [`and ${String(rest)} more`] : []),
    ...(opens.isComplete ? [] : ["and perhaps more: counting them was given up"]),
  ];
  return {
    goal: "allow",
    ...written(changes, listed(changes.map(changeText))),
    alsoOpens: [...named, ...more, ...changes.flatMap(everyPodOf), ...metadataOf(flow, widening)],
  };
}

/** A policy that selects every pod of its namespace opens it to those that are not in the input as well. */
function everyPodOf({ kind, after, policy }: PolicyChange): readonly string[] {
  if (kind !== "NetworkPolicy" || requirementsOf(after.subject).length > 0) return [];
  return [`the same to every other pod of namespace ${shown(after.namespace)}, now or later, as ${policyName(policy)} selects them all`];
}

/** What a pod gets that reaches instance metadata is more than an address. */
function metadataOf({ to }: Flow, widening: Widening | undefined): readonly string[] {
  if (to.kind !== "address") return [];
  const opened = widening?.addresses ?? IpSet.cidr(to.address);
  const met = metadataAddresses.filter((each) => !IpSet.cidr(each).intersect(opened).isEmpty);
  return met.map((each) => `the credentials of the node's role: ${each} is instance metadata (NP204 instance-metadata-reachable)`);
}

/** Whether it is the address of a flow: that which stands for others. */
const isEndOf = ({ from, to }: Flow, { endpoint }: MeasuredEnd): boolean =>
  endpoint.kind === "address" && [from, to].some((end) => end.kind === "address" && end.address === endpoint.address);

const nameOfEnd = ({ endpoint, addresses }: MeasuredEnd): string =>
  addresses === undefined ? endpointEnd(endpoint).name : addressesEnd(addresses).name;

function denying({ changes, removed, isolating, direction }: Denial, { protocol, port }: Flow): Remedy {
  const removals = removed.map((rule) => `remove ${wholeRule(rule)}`);
  const isolation =
    isolating === undefined
      ? []
      : [`create NetworkPolicy ${policyName(isolating)}, which closes ${protocol} ${String(port)} to every other end as well`];
  return { goal: "deny", ...written(changes, `${listed([...removals, ...isolation])} (${direction})`), alsoOpens: [] };
}

/** A rule by its number, without the entry that matched: the whole of it goes. */
const wholeRule = ({ policy, direction, rule }: RuleRef): string => `${direction}[${String(rule)}] of ${policy.kind} ${policyName(policy)}`;

function changeText({ policy, before, edits }: PolicyChange): string {
  const name = `${policy.kind} ${policyName(policy)}`;
  if (before === undefined) return `create ${name}`;
  const steps = edits.map((edit) => {
    const at = `${edit.direction}[${String(edit.rule)}]`;
    return {
      "peer-added": `add a peer to ${at}`,
      "port-added": `add a port to ${at}`,
      "rule-added": `add a rule at ${at}`,
      "rule-removed": `remove ${at}`,
    }[edit.kind];
  });
  return `change ${name}: ${listed(steps)}`;
}

/** The policies as they are to be, ready to apply. Parts that are known only after apply cannot be written. */
function written(changes: readonly PolicyChange[], description: string): Pick<Remedy, "description" | "yaml"> {
  const open = unknownsIn(changes.map(({ after }) => after));
  if (open.length > 0) {
    return {
      description: `${description}; write it by hand, for parts of the policy are not known yet: ${open.map((each) => shown(each)).join(", ")}`,
    };
  }
  try {
    return { description, yaml: renderYaml(changes.map(objectOf)) };
  } catch (error) {
    if (error instanceof RangeError) return { description: `${description}; write it by hand: ${error.message}` };
    throw error;
  }
}

const objectOf = (change: PolicyChange): object =>
  change.kind === "NetworkPolicy" ? networkPolicyObject(change.after) : clusterPolicyObject(change.after);
