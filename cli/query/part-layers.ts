import { IpSet } from "../../engine";
import { alikeAddresses, awsNetwork } from "../../engine/aws-network";
import { grouped } from "../../engine/grouped";
import { type ApplicationPeer, type ApplicationRule, type AwsClusterPeer, type AwsClusterRule, isUnknown } from "../../engine/model";
import type { ExplainedLayer } from "../../engine/report";
import type { ClusterState } from "../analysis";
import { arrivalLayers } from "./arrival-layers";
import type { AskedPort } from "./asked-ports";
import { awsLayers } from "./aws-layers";
import { type BlockMember, cutAt, withAddresses } from "./block-members";
import { cniLayer } from "./cni-layer";
import { type AnsweredMembers, type AnsweredPart, withMember } from "./explained-block";
import type { EndPair } from "./explained-ends";
import type { Moment } from "./explained-moment";

type Asked = readonly AskedPort[] | "every";

/** More parts of a block than this are not looked at one by one. */
export const mostCells = 60;

/**
 * How what was asked about fares under the plugin and through the AWS network. Of a block of addresses each part with answers of its own is
 * told by itself; `undefined`: there are too many to look at.
 */
export function partLayers(
  state: ClusterState,
  parts: readonly AnsweredPart[],
  asked: Asked,
  answer: (pair: EndPair) => Moment,
): readonly ExplainedLayer[] | undefined {
  const cells = parts.flatMap(({ pair, block }) =>
    block === undefined ? [] : cellsOf(state, block).map((cell) => ({ cell, pair: withMember(pair, block.side, cell) })),
  );
  if (cells.length > mostCells) return undefined;
  const [first] = parts;
  if (first?.block === undefined) return parts.flatMap(({ pair, moment }) => layersOf(state, pair, moment, asked));
  const told = cells.map(({ cell, pair }) => ({
    cell,
    layers: layersOf(state, pair, answer(pair), asked).map((each) => without(each, cell)),
  }));
  return inGroups(first.block, told);
}

/** What is refused before it gets near a pod is nothing to any layer. */
const layersOf = (state: ClusterState, pair: EndPair, moment: Moment, asked: Asked): readonly ExplainedLayer[] =>
  moment.service?.refused !== undefined
    ? []
    : moment.arrival === undefined
      ? [...cniLayer(state, pair, moment, asked), ...awsLayers(state, pair, moment.flows, asked)]
      : arrivalLayers(state, moment.arrival, moment);

/** The members, cut where the AWS network, or a policy that only the plugin reads, tells their addresses apart. */
function cellsOf({ resources, evaluation: { cluster } }: ClusterState, { members }: AnsweredMembers): readonly BlockMember[] {
  const network = awsNetwork(resources);
  const blocks = pluginBlocks(cluster);
  return members.flatMap((member) => {
    if (member.found.endpoint.kind !== "address") return [member];
    const alike = network === undefined ? [member.addresses] : alikeAddresses(network, member.addresses);
    return alike.flatMap((addresses) => cutAt(withAddresses(member, addresses), blocks));
  });
}

/** Blocks of the kinds that only the Amazon VPC CNI reads. */
function pluginBlocks({ applicationPolicies = [], awsClusterPolicies = [] }: ClusterState["evaluation"]["cluster"]): readonly IpSet[] {
  const rules = [...applicationPolicies, ...awsClusterPolicies].flatMap(({ ingress, egress }): readonly PluginRule[] => [
    ...ingress,
    ...egress,
  ]);
  const texts = rules
    .flatMap(({ peers }): readonly (AwsClusterPeer | ApplicationPeer)[] => (peers === "any" ? [] : peers))
    .flatMap((peer) => (peer.kind === "ipBlock" ? [peer.cidr, ...peer.except] : peer.kind === "networks" ? peer.cidrs : []));
  return texts.flatMap((text) => (isUnknown(text) ? [] : [IpSet.cidr(text)]));
}

type PluginRule = AwsClusterRule | ApplicationRule;

/** A part of a block, with what layers do with it. */
interface ToldCell {
  readonly cell: BlockMember;
  readonly layers: readonly ExplainedLayer[];
}

/** Each layer once for all cells of which it says the same, in the order of the layers. */
function inGroups({ whole, named }: AnsweredMembers, told: readonly ToldCell[]): readonly ExplainedLayer[] {
  const kinds = [...new Set(told.flatMap(({ layers }) => layers.map(({ layer }) => layer)))];
  return kinds.flatMap((kind) => {
    const groups = grouped(told, ({ cell, layers }) => JSON.stringify([cell.owner, layers.filter(({ layer }) => layer === kind)]));
    const found = [...groups.values()].flatMap((group) => {
      const about = groups.size === 1 ? whole : named(group.map(({ cell }) => cell));
      const own = group[0]?.layers.filter(({ layer }) => layer === kind) ?? [];
      const of = groups.size === 1 ? {} : { part: about };
      return own.map((layer) => ({ ...inTexts(layer, (text) => text.replaceAll(placeholder, about.name)), ...of }));
    });
    return remarkedOnce(found);
  });
}

/** A remark that stands at several parts stands at the last of them. */
const remarkedOnce = (layers: readonly ExplainedLayer[]): readonly ExplainedLayer[] =>
  layers.map(({ remarks = [], ...layer }, place) => {
    const rest = remarks.filter((each) => !layers.slice(place + 1).some((later) => later.remarks?.includes(each)));
    return rest.length === 0 ? layer : { ...layer, remarks: rest };
  });

/** Stands for the address that was asked about, in what is told of all that are like it. */
const placeholder = "\u0000";

function without(layer: ExplainedLayer, { found: { endpoint } }: BlockMember): ExplainedLayer {
  if (endpoint.kind !== "address") return layer;
  const text = endpoint.address.replaceAll(".", "\\.");
  const pattern = new RegExp(`(?<![0-9a-f.:-])${text}(?:/\\d+)?(?![0-9a-f:-]|\\.\\d)`, "g");
  return inTexts(layer, (each) => each.replaceAll(pattern, placeholder));
}

const inTexts = ({ message, remarks, ...layer }: ExplainedLayer, change: (text: string) => string): ExplainedLayer => ({
  ...layer,
  message: change(message),
  ...(remarks === undefined ? {} : { remarks: remarks.map(change) }),
});
