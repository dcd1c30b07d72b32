import { isUnknown, type Peer, type Service, shown } from "../../model";
import { requirementsOf, selects } from "../../selector";
import type { CniFlow } from "../../vpc-cni/answers";
import { type CniAnswers, type CniContext, cniContext } from "../cni-context";
import { aboutVpcCni, bothAnswers, differing, flowText, mostProofs } from "../cni-findings";
import { fieldOf, refOf, type WrittenRule, writtenRules } from "../policy-rules";
import { refOfService, sendersOf, serviceMap } from "../reached-services";
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
    const asked = { count: 0 };
    return [...writtenRules(context.evaluation)]
      .filter(({ direction, rule }) => direction === "egress" && rule.peers !== "any")
      .flatMap((rule) => peersOf(rule).flatMap(({ peer, index }) => finding(context, cni, { rule, peer, index, asked }) ?? []));
  },
};

type PodsPeer = Extract<Peer, { readonly kind: "pods" }>;

/** Peers that Services can match by what they leave out. */
const peersOf = ({ rule }: WrittenRule): readonly { readonly peer: PodsPeer; readonly index: number }[] =>
  rule.peers === "any"
    ? []
    : rule.peers.flatMap((peer, index) => {
        if (peer.kind !== "pods" || peer.pods.unknown !== undefined) return [];
        const isLoose = requirementsOf(peer.pods).every(({ operator }) => operator === "NotIn" || operator === "DoesNotExist");
        return isLoose ? [{ peer, index }] : [];
      });

/** One peer, and how many flows the rule has asked about so far. */
interface LoosePeer {
  readonly rule: WrittenRule;
  readonly peer: PodsPeer;
  readonly index: number;
  readonly asked: { count: number };
}

function finding(context: LintContext, cni: CniContext, loose: LoosePeer): RuleFinding | undefined {
  const { rule, peer, index } = loose;
  const found = openedService(context, cni, loose) ?? (opensApiServer(context, peer) && apiServerOpened);
  if (found === false || sendersOf(context.evaluation, rule.place).length === 0) return undefined;
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
function openedService({ evaluation }: LintContext, cni: CniContext, { rule, peer, index, asked }: LoosePeer): Shown | undefined {
  const [from] = sendersOf(evaluation, rule.place);
  const ends = rule.matches[0]?.peers?.[index]?.certain;
  const map = serviceMap(evaluation);
  const named = new Set(ends === undefined ? [] : map.ofPods(ends));
  if (from === undefined) return undefined;
  for (const service of map.peers.matching(peer, rule.policy)) {
    const [port] = service.ports;
    if (named.has(service) || port === undefined || isUnknown(port.port) || asked.count >= mostProofs) continue;
    asked.count++;
    const to = { kind: "service", service: refOfService(service) } as const;
    const flow: CniFlow = { from: workloadEnd(from), to, protocol: port.protocol, port: port.port };
    const answers = cni.answers(flow);
    if (isOpened(service, answers)) return openedText(service, flow, answers);
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

/** Whether the peer takes in namespace `default`, where every cluster has a Service for its API server. */
function opensApiServer({ evaluation }: LintContext, { namespaces, pods }: PodsPeer): boolean {
  const { services, namespaces: listed } = evaluation.cluster;
  if (namespaces === "own" || requirementsOf(pods).length > 0) return false;
  if (services.some(({ namespace, name }) => namespace === "default" && name === "kubernetes")) return false;
  const labels = listed.find(({ name }) => name === "default")?.labels ?? { [nameLabel]: "default" };
  return selects(namespaces, labels) === "yes";
}
