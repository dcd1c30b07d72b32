import type { ExplainedLayer, ExplainedMoment } from "../../engine/report";
import { layerSummary } from "../../outputs/layer-summary";

type Outcome = "allowed" | "denied" | "undecided";
type Layers = Readonly<Partial<Record<ExplainedLayer["layer"], Outcome>>>;

/** A report in which policies answer like this for each flow, and the layers like that. */
const summaryOf = (policies: readonly Outcome[], layers: Layers): string | undefined =>
  layerSummary(
    { flows: policies.map((outcome) => ({ verdict: { outcome } })) as unknown as ExplainedMoment["flows"] },
    Object.entries(layers).map(([layer, outcome]) => ({ layer: layer as ExplainedLayer["layer"], outcome, message: "" })),
  );

test.each<[readonly Outcome[], Layers, string]>([
  [["allowed"], { "security-group": "denied", "network-acl": "undecided" }, "policies allow it, the security group does not"],
  [["allowed"], { routes: "denied" }, "policies allow it, the routes do not"],
  [["allowed"], { "vpc-cni": "denied", "network-acl": "denied" }, "policies allow it, the VPC CNI and network ACL do not"],
  [["allowed"], { "security-group": "undecided" }, "policies allow it, whether the security group does is undecided"],
  [["denied"], { "vpc-cni": "allowed", routes: "allowed" }, "policies deny it, the VPC CNI does not"],
  [["denied"], { "vpc-cni": "undecided" }, "policies deny it, whether the VPC CNI does is undecided"],
])("policies %j and layers %j: %s", (policies, layers, summary) => {
  expect(summaryOf(policies, layers)).toBe(summary);
});

test.each<[string, readonly Outcome[], Layers]>([
  ["every layer carries what policies allow", ["allowed"], { "vpc-cni": "allowed", "security-group": "allowed" }],
  ["what policies deny is denied by the plugin too", ["denied"], { "vpc-cni": "denied", routes: "allowed" }],
  ["what the plugin does not enforce is stopped by the network", ["denied"], { "vpc-cni": "allowed", "security-group": "denied" }],
  ["nothing is known of the plugin", ["denied"], { routes: "allowed" }],
  ["the ports asked about have several answers", ["allowed", "denied"], { routes: "denied" }],
  ["policies leave it open", ["undecided"], { routes: "denied" }],
  ["there are no layers", ["allowed"], {}],
])("nothing is said where %s", (_title, policies, layers) => {
  expect(summaryOf(policies, layers)).toBeUndefined();
});
