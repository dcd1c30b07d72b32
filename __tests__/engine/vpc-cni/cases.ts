/** How tests ask both evaluators about one flow. */
import {
  assumedCniSettings,
  type CniFlow,
  type CniSettings,
  type Deviation,
  type DivergenceCause,
  type DivergenceEnd,
  type DivergentPair,
  divergences,
  reachService,
  verdict,
  vpcCni,
} from "../../../engine";
import { type Cluster, type Outcome, type Protocol, shown } from "../../../engine/model";
import { endpoint } from "../../builders";

/** A current add-on, as EKS sets it up. */
export const current: CniSettings = { ...assumedCniSettings, version: [1, 23, 1], serviceCidrs: ["172.20.0.0/16"] };

/** A flow written as `from → to`; `svc:namespace/name` is a Service. */
export function cniFlow(cluster: Cluster, from: string, to: string, port = 80, protocol: Protocol = "TCP"): CniFlow {
  const target = to.startsWith("svc:") ? serviceOf(to.slice("svc:".length)) : endpoint(cluster, to);
  return { from: endpoint(cluster, from), to: target, protocol, port };
}

function serviceOf(text: string): CniFlow["to"] {
  const [namespace = "", name = ""] = text.split("/");
  return { kind: "service", service: { namespace, name } };
}

/** What the specification says and what the VPC CNI does, in that order. */
export function bothAnswers(
  cluster: Cluster,
  flow: CniFlow,
  settings: CniSettings = current,
): readonly [specification: Outcome, vpcCni: Outcome] {
  const cni = vpcCni(cluster, settings);
  const { from, to, protocol, port } = flow;
  const specified =
    to.kind === "service"
      ? reachService(cni.specification, from, to.service, port, protocol).outcome
      : verdict(cni.specification, { from, to, protocol, port }).outcome;
  return [specified, cni.verdict(flow).outcome];
}

/** Both answers as text, so that a test reads as a sentence. */
export const answers = (cluster: Cluster, from: string, to: string, port?: number, settings?: CniSettings): string =>
  bothAnswers(cluster, cniFlow(cluster, from, to, port), settings).join(" / ");

/** What is reported for a cluster, each example as `from → to: deviations (changes)`. */
export const reported = (cluster: Cluster, settings: CniSettings = current): readonly string[] =>
  divergences(vpcCni(cluster, settings)).divergences.flatMap(({ cause, examples }) => examples.map((each) => inWords(each, cause)));

const inWords = ({ from, to, witness }: DivergentPair, { deviations, changes }: DivergenceCause): string =>
  `${word(from)} → ${word(to)} ${witness.flow.protocol}/${String(witness.flow.port)} ${witness.specification}/${witness.vpcCni}: ${deviations.join("+")} (${changes.map(({ kind }) => kind).join(", ")})`;

function word(end: DivergenceEnd): string {
  if (end.kind === "addresses") return end.addresses.toString();
  if (end.kind === "service") return `svc:${end.service.namespace}/${end.service.name}`;
  return `${shown(end.workload.namespace)}/${shown(end.workload.name)}`;
}

/** The deviations that differences are put down to. */
export const causes = (cluster: Cluster, settings: CniSettings = current): ReadonlySet<Deviation> =>
  new Set(divergences(vpcCni(cluster, settings)).divergences.flatMap(({ cause }) => cause.deviations));

/** Both answers about ICMP, as `answers` gives them. */
export function pinged(town: Cluster, from: string, to: string, settings: CniSettings = current): string {
  const { specification, vpcCni: enforced } = vpcCni(town, settings).ping(endpoint(town, from), endpoint(town, to));
  return `${specification} / ${enforced}`;
}

/** How traffic arrives through a Service, each as `door addresses: both answers`. */
export const arriving = (town: Cluster, namespace: string, name: string, settings: CniSettings = current): readonly string[] =>
  vpcCni(town, settings)
    .entry({ namespace, name })
    .flatMap(({ via, arrivals }) =>
      arrivals.map(
        ({ addresses, node, specification, vpcCni: enforced }) =>
          `${via} ${node === undefined ? addresses.toString() : `node ${node}`}: ${specification} / ${enforced}`,
      ),
    );

/** The remarks beside an answer, by number. */
export const remarks = (town: Cluster, from: string, to: string, settings: CniSettings = current): readonly string[] =>
  vpcCni(town, settings)
    .verdict(cniFlow(town, from, to))
    .caveats.map(({ id }) => id);
