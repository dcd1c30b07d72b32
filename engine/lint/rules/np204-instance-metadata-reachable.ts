import type { PolicyRef, RuleRef } from "../../decision";
import type { Evaluation } from "../../evaluation";
import { isUnknown, type NetworkPolicy, type Peer } from "../../model";
import type { PodGroup } from "../../matching/pod-groups";
import type { Row } from "../../rows/rows";
import { allowingRules, ByPolicy, type PolicyEntry } from "../by-policy";
import { exposedKey } from "../exposed";
import { metadataAddresses } from "../instance-metadata";
import { outsideFamilies } from "../outside";
import { isIsolated } from "../open-to-internet";
import type { FieldEdit, Fix, LintRule, RuleFinding } from "../rule";
import { selectedPods, workloadsIn } from "../selected-pods";
import { IpSet, parseAddress } from "../../sets/ip-set";
import { addressEnd, flowOf, proven } from "../witness";
import { listed, nameOf, placed, policyObject, quoted, refObject } from "../words";

const http = { protocol: "TCP", port: 80 } as const;

export const np204InstanceMetadataReachable: LintRule = {
  code: "NP204",
  name: "instance-metadata-reachable",
  title: "A policy lets pods whose egress is closed reach the instance metadata service of their node",
  severity: "warning",
  category: "exposure",
  check(context) {
    const { evaluation } = context;
    const families = outsideFamilies(context);
    const addresses = metadataAddresses.filter((address) => families.includes(parseAddress(address).family));
    return addresses.flatMap((address) => openings(evaluation, address).map((entry) => finding(evaluation, address, entry)));
  },
};

function openings(evaluation: Evaluation, address: string): readonly PolicyEntry[] {
  const { universe, interpretations, table } = evaluation;
  const index = universe.indexOf(parseAddress(address));
  const byRow = new Map<Row | undefined, PodGroup[]>();
  for (const group of universe.groups.all) {
    if (universe.groups.workloadsIn(group).length === 0 || !isIsolated(evaluation, group, "egress")) continue;
    const rows = interpretations.map((each) => each.row(group, "egress"));
    if (!rows.every(({ certain }) => table.set(certain.at(index)).has(http.protocol, http.port))) continue;
    byRow.set(rows[0], [...(byRow.get(rows[0]) ?? []), group]);
  }
  const found = new ByPolicy();
  for (const groups of byRow.values()) {
    const workloads = workloadsIn(evaluation, groups);
    const [workload] = workloads;
    const witness =
      workload === undefined ? undefined : proven(evaluation, flowOf(workload, "egress", addressEnd(address), http), "allowed");
    if (witness === undefined) continue;
    const rules = allowingRules(witness.verdict, "egress");
    for (const policy of new Set(rules.map((rule) => rule.policy))) found.add(policy, workloads, witness, rules);
  }
  return found.all();
}

function finding(evaluation: Evaluation, address: string, { policy, workloads, witness, because }: PolicyEntry): RuleFinding {
  const block = blockOf(address);
  const fix = fixFor(evaluation, policy, address);
  return {
    subject: refObject(policy),
    message: `${listed(workloads.map(nameOf))} can reach the instance metadata service at ${quoted(address)}, which hands out the node's credentials`,
    advice: `${closingAdvice(evaluation, because, block)}, and require IMDSv2 with a hop limit of 1`,
    ...placed(policy),
    witness,
    because,
    key: exposedKey([address], [{ workloads }]),
    ...(fix === undefined ? {} : { fix }),
  };
}

/** What to change in the rules that reach the address: a block has exceptions, and what names no block has none. */
function closingAdvice(evaluation: Evaluation, because: PolicyEntry["because"], block: string): string {
  const rules = because.flatMap((ref) => ("policy" in ref ? [ref] : []));
  const isForAll = rules.some((ref) => ref.policy.kind === "NetworkPolicy" && namesNobody(evaluation, ref));
  const isTier = rules.some(({ policy }) => policy.kind !== "NetworkPolicy");
  if (isForAll)
    return `name the destinations of the rule, such as \`${block.includes(":") ? "::/0" : "0.0.0.0/0"}\` with the exception ${quoted(block)}`;
  return isTier ? `deny ${quoted(block)} by a rule before it` : `except ${quoted(block)} from the block`;
}

function namesNobody({ cluster }: Evaluation, { policy, rule }: RuleRef): boolean {
  const object = cluster.policies.find(({ namespace, name }) => namespace === policy.namespace && name === policy.name);
  return object?.egress?.[rule]?.peers === "any";
}

const blockOf = (address: string): string => `${address}/${address.includes(":") ? "128" : "32"}`;

/** Takes the address out of every block of the policy that holds it; undefined where a rule reaches it without naming a wider block. */
function fixFor(evaluation: Evaluation, { kind, namespace, name }: PolicyRef, address: string): Fix | undefined {
  if (kind !== "NetworkPolicy" || isUnknown(namespace) || isUnknown(name)) return undefined;
  const place = selectedPods(evaluation).placeOf(namespace ?? "", name);
  const policy = place === undefined ? undefined : evaluation.cluster.policies[place];
  const edits = policy === undefined ? undefined : exceptions(policy, address);
  if (edits === undefined || edits.length === 0) return undefined;
  return { description: `except ${quoted(blockOf(address))} from the blocks that hold it`, edits };
}

function exceptions(policy: NetworkPolicy, address: string): readonly FieldEdit[] | undefined {
  const target = IpSet.cidr(address);
  const edits: FieldEdit[] = [];
  for (const [rule, { peers }] of (policy.egress ?? []).entries()) {
    if (peers === "any") return undefined;
    for (const [peer, each] of peers.entries()) {
      if (!holds(each, target)) continue;
      if (IpSet.cidr(each.cidr).equals(target)) return undefined;
      const field = `spec.egress[${String(rule)}].to[${String(peer)}].ipBlock.except`;
      edits.push({ kind: "set", object: policyObject(policy), field, value: [...each.except, blockOf(address)] });
    }
  }
  return edits;
}

/** Whether a peer is a block, wholly known, that holds an address. */
const holds = (
  peer: Peer,
  target: IpSet,
): peer is Extract<Peer, { readonly kind: "ipBlock" }> & { readonly cidr: string; readonly except: readonly string[] } =>
  peer.kind === "ipBlock" &&
  !isUnknown(peer.cidr) &&
  !peer.except.some(isUnknown) &&
  target.isSubsetOf(IpSet.cidr(peer.cidr)) &&
  !(peer.except as readonly string[]).some((except) => target.isSubsetOf(IpSet.cidr(except)));
