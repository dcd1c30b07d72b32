import type {
  NetworkPolicyV1Spec,
  NetworkPolicyV1SpecIngressFrom,
  NetworkPolicyV1SpecIngressPorts,
  NetworkPolicyV1SpecPodSelector,
} from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { highestPort, lowestPort, type LabelSelector, type NetworkPolicy, type Peer, type PortMatch, type Rule } from "../../engine/model";
import { known, knownLabels } from "./known-value";

/**
 * The policy as the Kubernetes provider takes it. The model has every default applied, the provider has blocks: what means "any" in the
 * model is left out, and `policy_types`, which the provider requires, names the directions the policy isolates.
 */
export function networkPolicySpec({ subject, ingress, egress }: NetworkPolicy): NetworkPolicyV1Spec {
  return {
    podSelector: selectorBlock(subject),
    policyTypes: [...(ingress === undefined ? [] : ["Ingress"]), ...(egress === undefined ? [] : ["Egress"])],
    ...(ingress === undefined || ingress.length === 0 ? {} : { ingress: ingress.map((rule) => ruleBlock(rule, "from")) }),
    ...(egress === undefined || egress.length === 0 ? {} : { egress: egress.map((rule) => ruleBlock(rule, "to")) }),
  };
}

function ruleBlock(rule: Rule, peersKey: "from" | "to") {
  return {
    ...(rule.peers === "any" ? {} : { [peersKey]: rule.peers.map(peerBlock) }),
    ...(rule.ports === "any" ? {} : { ports: rule.ports.map(portBlock) }),
  };
}

function peerBlock(peer: Peer): NetworkPolicyV1SpecIngressFrom {
  switch (peer.kind) {
    case "pods":
      return {
        ...(peer.namespaces === "own" ? {} : { namespaceSelector: selectorBlock(peer.namespaces) }),
        podSelector: selectorBlock(peer.pods),
      };
    case "ipBlock":
      return { ipBlock: { cidr: known(peer.cidr), ...(peer.except.length === 0 ? {} : { except: peer.except.map(known) }) } };
    case "unknown":
      return known<never>(peer.unknown);
  }
}

function portBlock(port: PortMatch): NetworkPolicyV1SpecIngressPorts {
  switch (port.kind) {
    case "range": {
      const { protocol, from, to } = port;
      if (from === lowestPort && to === highestPort) return { protocol };
      return from === to ? { protocol, port: String(from) } : { protocol, port: String(from), endPort: to };
    }
    case "named":
      return { port: port.name, ...(port.protocol === undefined ? {} : { protocol: port.protocol }) };
    case "unknown":
      return known<never>(port.unknown);
  }
}

/** Everything is `{}`, an empty block: left out, it would mean something else. */
export function selectorBlock({ matchLabels, matchExpressions, unknown }: LabelSelector): NetworkPolicyV1SpecPodSelector {
  if (unknown !== undefined) return known<never>(unknown);
  return {
    ...(matchLabels === undefined ? {} : { matchLabels: knownLabels(matchLabels) }),
    ...(matchExpressions === undefined ? {} : { matchExpressions: matchExpressions.map(requirementBlock) }),
  };
}

type Requirement = NonNullable<LabelSelector["matchExpressions"]>[number];

const requirementBlock = (requirement: Requirement) => ({
  key: requirement.key,
  operator: requirement.operator,
  ...("values" in requirement ? { values: requirement.values.map(known) } : {}),
});
