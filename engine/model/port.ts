import type { Unknown } from "./unknown";

/** The transport protocols NetworkPolicy speaks about. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** Every protocol, in the order reports use. */
export const protocols: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

/** The lowest and highest port number a packet can be sent to. */
export const lowestPort = 1;
export const highestPort = 65535;

/**
 * One entry of a rule's `ports`, with the protocol default applied.
 *
 * A name stays a name: it is resolved against each destination pod, by name and protocol.
 */
export type PortMatch =
  | { readonly kind: "range"; readonly protocol: Protocol; readonly from: number; readonly to: number }
  /** `protocol` absent: any protocol (AdminNetworkPolicy and ClusterNetworkPolicy names carry none). */
  | { readonly kind: "named"; readonly name: string; readonly protocol?: Protocol }
  /** The port or its protocol is not known before apply. */
  | { readonly kind: "unknown"; readonly unknown: Unknown; readonly protocol?: Protocol };

/** Every port of one protocol: what `{protocol: X}` without a port means. */
export const allPortsOf = (protocol: Protocol): PortMatch => ({ kind: "range", protocol, from: lowestPort, to: highestPort });
