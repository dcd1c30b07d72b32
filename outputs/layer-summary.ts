import type { ExplainedLayer, ExplainedMoment, ReportEnd } from "../engine/report";
import { listed } from "./sentences";

/** What people call a layer. */
export const layerNames: Readonly<Record<ExplainedLayer["layer"], string>> = {
  "vpc-cni": "VPC CNI",
  "security-group": "security group",
  "network-acl": "network ACL",
  routes: "routes",
};

/** What a layer does: `denied`, or of a part of a block of addresses `denied for 10.0.1.0/24`. */
export const layerOutcome = (outcome: ExplainedLayer["outcome"], part: ReportEnd | undefined): string =>
  part === undefined ? outcome : `${outcome} for ${part.name}`;

/**
 * One sentence for an answer that policies alone do not give: "policies allow it, the security group does not". Undefined where nothing
 * changes the answer, and where ports or parts of a block that were asked about have several.
 */
export function layerSummary({ flows }: Pick<ExplainedMoment, "flows">, layers: readonly ExplainedLayer[]): string | undefined {
  const [outcome, ...others] = new Set(flows.map(({ verdict }) => verdict.outcome));
  if (others.length > 0 || layers.some(({ part }) => part !== undefined)) return undefined;
  if (outcome === "allowed") return overAllowed(layers);
  return outcome === "denied" ? overDenied(layers) : undefined;
}

/** Whatever one layer does not carry does not arrive. */
function overAllowed(layers: readonly ExplainedLayer[]): string | undefined {
  const stopped = namesOf(layers, "denied");
  if (stopped.length > 0) return `policies allow it, the ${listed(stopped)} ${isPlural(stopped) ? "do" : "does"} not`;
  const unsure = namesOf(layers, "undecided");
  if (unsure.length > 0) return `policies allow it, whether the ${listed(unsure)} ${isPlural(unsure) ? "do" : "does"} is undecided`;
  return undefined;
}

/** What policies deny flows only where the plugin does not enforce them, and the network carries it. */
function overDenied(layers: readonly ExplainedLayer[]): string | undefined {
  const plugin = layers.filter(({ layer }) => layer === "vpc-cni");
  const isStopped = layers.some(({ layer, outcome }) => layer !== "vpc-cni" && outcome === "denied");
  if (isStopped || plugin.length === 0 || plugin.some(({ outcome }) => outcome === "denied")) return undefined;
  return plugin.every(({ outcome }) => outcome === "allowed")
    ? "policies deny it, the VPC CNI does not"
    : "policies deny it, whether the VPC CNI does is undecided";
}

const namesOf = (layers: readonly ExplainedLayer[], wanted: ExplainedLayer["outcome"]): readonly string[] => [
  ...new Set(layers.filter(({ outcome }) => outcome === wanted).map(({ layer }) => layerNames[layer])),
];

const isPlural = (names: readonly string[]): boolean => names.length > 1 || names[0] === layerNames.routes;
