import { isUnknown, type Labels, type Peer, type Service, shown } from "../../model";
import { requirementsOf, selects } from "../../selector";
import type { CniFlow } from "../../vpc-cni/answers";
import { type CniAnswers, type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, mostProofs } from "../cni-findings";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { refOfService, sendersOf, serviceMap, unlike } from "../reached-services";
import type { LintContext, LintRule, RuleFinding } from "../rule";
import { workloadEnd } from "../witness";
import { nameOf, placed, policyObject } from "../words";
import { nameLabel } from "../probes";

export const vpc019PeerOpensServices: LintRule = {
  ...aboutVpcCni,
  code: "VPC019",
  name: "peer-opens-services",
  title: "An egress peer without labels of its own, or with negative ones, opens Services that lead to pods it does not name",
  severity: "warning",
  check(context) {
    const cni = cniContext(context);
    if (cni === undefined) return [];
    const search: Search = { context, cni, apiServer: namespaceOfApiServer(context), asked: 0 };
    return writtenRules(context.evaluation)
      .filter(({ direction, rule }) => direction === "egress" && rule.peers !== "any")
      .flatMap((rule) => peersOf(rule).flatMap((loose) => finding(search, loose) ?? []));
  },
};

type PodsPeer = Extract<Peer, { readonly kind: "pods" }>;

/** Peers that Services can match by what they leave out. */
const peersOf = (rule: WrittenRule): readonly LoosePeer[] =>
  rule.rule.peers === "any"
    ? []
    : rule.rule.peers.flatMap((peer, index) => {
        if (peer.kind !== "pods" || peer.pods.unknown !== undefined) return [];
        const isLoose = requirementsOf(peer.pods).every(({ operator }) => operator === "NotIn" || operator === "DoesNotExist");
        return isLoose ? [{ rule, peer, index }] : [];
      });

interface LoosePeer {
  readonly rule: WrittenRule;
  readonly peer: PodsPeer;
  readonly index: number;
}

/** What all peers are held against, and how many flows were asked about so far. */
interface Search {
  readonly context: LintContext;
  readonly cni: CniContext;
  /** The labels of namespace `default`, where the input does not show the API server's Service. */
  readonly apiServer: Labels | undefined;
  asked: number;
}

function finding(search: Search, loose: LoosePeer): RuleFinding | undefined {
  const { rule, peer, index } = loose;
  if (sendersOf(search.context.evaluation, rule.place).length === 0) return undefined;
  const found = openedService(search, loose) ?? (opensApiServer(search, rule, peer) ? apiServerOpened : undefined);
  if (found === undefined) return undefined;
  return {
    subject: policyObject(rule.policy),
    advice: "name the pods by labels",
    ...placed(rule.policy),
    field: fieldOf(rule, { peer: index }),
    because: [refOf(rule, { peer: index })],
    ...found,
  };
}

type Shown = Pick<RuleFinding, "message" | "key" | "witness" | "severity">;

const apiServerOpened: Shown = {
  message:
    "to the VPC CNI the peer takes in every Service of the namespaces it names, and so the API server behind Service `default/kubernetes`, which the input does not show",
  key: "default/kubernetes",
};

/** A Service that the peer takes in and whose pods it does not name, with a flow that gets through. */
function openedService(search: Search, { rule, peer, index }: LoosePeer): Shown | undefined {
  const { evaluation } = search.context;
  const senders = unlike(evaluation, sendersOf(evaluation, rule.place));
  const ends = rule.matches[0]?.peers?.[index]?.certain ?? evaluation.universe.none;
  for (const service of serviceMap(evaluation).strangersTo(peer, rule.policy, ends)) {
    const [port] = service.ports;
    if (port === undefined || isUnknown(port.port)) continue;
    const to = { kind: "service", service: refOfService(service) } as const;
    for (const from of senders) {
      if (search.asked >= mostProofs) return undefined;
      search.asked++;
      const flow: CniFlow = { from: workloadEnd(from), to, protocol: port.protocol, port: port.port };
      const answers = search.cni.answers(flow);
      if (isOpened(service, answers)) return openedText(service, flow, answers);
    }
  }
  return undefined;
}

function openedText(service: Service, flow: CniFlow, answers: CniAnswers): Shown {
  const hasPods = service.selector !== undefined;
  const leads = hasPods ? "pods it does not name" : "endpoints that are no pods of the input";
  const said = hasPods ? bothAnswers(answers) : "the VPC CNI lets packets out to it, wherever its endpoints are";
  return {
    message: `to the VPC CNI the peer takes in Service ${nameOf(service)} as well, which leads to ${leads}: ${flowText(flow)}, ${said}`,
    key: `${shown(service.namespace)}/${shown(service.name)}`,
    ...(hasPods ? differing(answers) : {}),
  };
}

/** Where the endpoints are not known, the specification says nothing; that packets leave is what counts. */
const isOpened = (service: Service, { specification, vpcCni }: CniAnswers): boolean =>
  service.selector === undefined ? vpcCni.egress.outcome === "allowed" : specification === "denied" && vpcCni.outcome === "allowed";

/** Whether the peer takes in namespace `default`, where every cluster has a Service for its API server, and the rule the port it answers on. */
const opensApiServer = (
  { apiServer, context: { evaluation } }: Search,
  { matches }: WrittenRule,
  { namespaces, pods }: PodsPeer,
): boolean =>
  apiServer !== undefined &&
  namespaces !== "own" &&
  requirementsOf(pods).length === 0 &&
  selects(namespaces, apiServer) === "yes" &&
  matches.some(({ ports }) => evaluation.table.set(ports.certain).has("TCP", 443));

function namespaceOfApiServer({ evaluation }: LintContext): Labels | undefined {
  const { services, namespaces } = evaluation.cluster;
  if (services.some(({ namespace, name }) => namespace === "default" && name === "kubernetes")) return undefined;
  return namespaces.find(({ name }) => name === "default")?.labels ?? { [nameLabel]: "default" };
}
