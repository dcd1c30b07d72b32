import type { Pod, Workload } from "./cluster";
import type { Protocol } from "./port";

/** Either end of a flow. */
export type Endpoint =
  /** `pod` picks one of the workload's pods; absent: whichever, so the answer must hold for all of them. */
  | { readonly kind: "workload"; readonly workload: Workload; readonly pod?: Pod }
  /** An address that is not a pod's. */
  | { readonly kind: "address"; readonly address: string };

/** One attempt to connect. Replies are allowed with it and not modelled. */
export interface Flow {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: Protocol;
  /** The port on the destination pod, after any Service translated it. */
  readonly port: number;
}

/** What is known about a flow or a connection. */
export type Outcome = "allowed" | "denied" | "undecided";
