import { type Check, denyingRule, type LayerAnswer, sampleOf } from "../engine/aws-network";
import { ConnectionSet, PortSet } from "../engine";
import { isUnknown } from "../engine/model";
import { listed } from "./sentences";

/** What a layer of the AWS network does with connections, as a clause that follows its outcome. */
export function layerMessage({ outcome, connections, checks, scope, depends, unknowns }: LayerAnswer): string {
  const ports = connections.isAll ? "every port" : connections.toString();
  const where = scope === "between-nodes" ? ", between pods on different nodes" : "";
  const telling = checks.filter(({ ground }) => outcome !== "allowed" || !isAboutGateway(ground));
  const grounds = first([...new Set(telling.map((check) => checkText(check, outcome, connections)))]);
  if (depends !== undefined) {
    return `${ports}${where}: it depends on where pods run: open for ${first(depends.open)}; closed for ${first(depends.closed)}: ${grounds}`;
  }
  const missing = unknowns.length === 0 ? "" : `; not known: ${first(unknowns.map(({ because }) => because))}`;
  const unaffected = scope === "between-nodes" && outcome === "denied" ? "; pods on one node are not affected" : "";
  return `${ports}${where}: ${grounds}${missing}${unaffected}`;
}

/** What a gateway could refuse is worth a word only when it does. */
const isAboutGateway = ({ kind }: Check["ground"]): boolean => kind === "nat-protocols" || kind === "private-nat";

const shownGrounds = 3;

function first(texts: readonly string[]): string {
  const rest = texts.length - shownGrounds;
  return rest > 0 ? `${texts.slice(0, shownGrounds).join("; ")}; and ${String(rest)} more` : texts.join("; ");
}

function checkText(check: Check, outcome: LayerAnswer["outcome"], connections: ConnectionSet): string {
  const { ground } = check;
  switch (ground.kind) {
    case "groups":
      return groupsText(ground, outcome);
    case "acl":
      return aclText(ground, outcome, connections);
    case "route":
      return routeText(ground, outcome);
    case "vpc":
      return outcome === "allowed" ? "both ends are in one VPC" : "the two ends are not known to be in one VPC";
    case "public-address":
      return outcome === "allowed" ? `\`${ground.of}\` has a public address` : `\`${ground.of}\` has no public address that is known`;
    case "private-pods":
      return "pods have private IPv4 addresses, which nothing outside the VPC can name";
    case "family":
      return outcome === "allowed" ? `pods reach ${ground.family} addresses` : `pods have no ${ground.family} address`;
    case "nat-protocols":
      return outcome === "allowed" ? `\`${ground.name}\` translates it` : `\`${ground.name}\` translates only TCP and UDP`;
    case "private-nat":
      return outcome === "allowed" ? `\`${ground.name}\` has a public address` : `\`${ground.name}\` has no public address`;
    case "far-side":
      return "what the security groups at the other end say is not known";
    case "service-address":
      return `\`${ground.address}\` ${ground.isCertain ? "is" : "may be"} the address of a Service, which nodes translate: the AWS network never sees it`;
    case "source-ranges":
      return ground.ranges.length === 0 ? "the load balancer admits every address" : `the load balancer admits ${listed(ground.ranges)}`;
    case "load-balancer-scheme":
      return "an annotation decides whether the load balancer faces the internet";
    case "load-balancer-subnets":
      return "no subnet leads to an internet gateway, so that no load balancer can face the internet";
  }
}

type Of<Kind extends Check["ground"]["kind"]> = Extract<Check["ground"], { readonly kind: Kind }>;

function groupsText({ direction, of, groups, rules }: Of<"groups">, outcome: LayerAnswer["outcome"]): string {
  const way = direction === "ingress" ? "in" : "out";
  const names = groups.length === 0 ? "no known security group" : listed(groups.map((each) => `\`${each}\``));
  if (outcome === "denied") return `no rule of ${names} at \`${of}\` lets it ${way}`;
  if (outcome === "undecided") return `whether ${names} at \`${of}\` lets it ${way} is not known`;
  return `${listed([...new Set(rules.map(({ name }) => `\`${name}\``))].slice(0, shownGrounds))} lets it ${way} at \`${of}\``;
}

function aclText(
  { acl, direction, subnet, addresses, replies }: Of<"acl">,
  outcome: LayerAnswer["outcome"],
  connections: ConnectionSet,
): string {
  const way = direction === "ingress" ? "into" : "out of";
  const what = replies === undefined ? "it" : `replies to ports ${replies.toString()}`;
  if (isUnknown(acl)) return `the network ACL of \`${subnet}\` is not known`;
  if (outcome === "allowed") return `\`${acl.name}\` lets it and its replies through`;
  if (outcome === "undecided")
    return `whether \`${acl.name}\` lets ${what} ${way} \`${subnet}\` depends on ports or addresses that are not known`;
  const [protocol, port] = sampleOf(connections);
  const asked = ConnectionSet.of(protocol, replies ?? PortSet.of(port));
  return `rule ${denyingRule(acl, direction, addresses, asked)} of \`${acl.name}\` lets ${what} not ${way} \`${subnet}\``;
}

const targetNames = {
  "internet-gateway": "an internet gateway",
  "nat-gateway": "a NAT gateway",
  "egress-only-gateway": "an egress-only gateway",
  local: "the VPC itself",
  other: "something that is not described",
} as const;

function routeText({ subnet, target, name }: Of<"route">, outcome: LayerAnswer["outcome"]): string {
  if (target === "none") return `\`${subnet}\` has no route there`;
  const by = `${targetNames[target]}${name === undefined ? "" : ` (\`${name}\`)`}`;
  return outcome === "denied" ? `\`${subnet}\` leads there by ${by}, which does not carry it` : `\`${subnet}\` leads there by ${by}`;
}
