import { protocols, type Protocol } from "../engine/model";
import { steps, type Step } from "./step";

/** Either end of an expected flow: `namespace/workload`, or `ip:address` for an address that is no pod's. */
export type ExpectedEnd = `${string}/${string}` | `ip:${string}`;

/** A flow that must, or must not, be possible at one step of the experiment. */
export interface Expectation {
  readonly step: Step;
  readonly from: ExpectedEnd;
  readonly to: ExpectedEnd;
  readonly protocol: Protocol;
  /** The port on the destination pod; "every": each of 1 to 65535. */
  readonly port: number | "every";
  readonly expect: "allowed" | "denied";
  readonly because: string;
  /** What a person sees who tries it with `curl --max-time 5`. */
  readonly observed?: string;
}

const frontend = "frontend/nginx";
const backend = "backend/nginx";
/** Stands for every caller that is not a pod of the experiment: an address reserved for documentation. */
const stranger = "ip:203.0.113.10";

const http = { protocol: "TCP", port: 80 } as const;
const welcome = "nginx's welcome page";
const timeout = "curl exit code 28, timed out";

const frontendToBackend: readonly Expectation[] = [
  { step: 1, from: frontend, to: backend, ...http, expect: "allowed", because: "a new cluster isolates nothing", observed: welcome },
  {
    step: 2,
    from: frontend,
    to: backend,
    ...http,
    expect: "denied",
    because: "default-deny-ingress isolates every pod of backend and lets nothing in",
    observed: timeout,
  },
  {
    step: 3,
    from: frontend,
    to: backend,
    ...http,
    expect: "allowed",
    because: "netpol-allow-nginx-front lets pods labelled app=nginx of namespace frontend in",
    observed: welcome,
  },
];

const everyPortAtStep3: readonly Expectation[] = protocols.map((protocol) => ({
  step: 3,
  from: frontend,
  to: backend,
  protocol,
  port: "every",
  expect: "allowed",
  because: "the rule names no port, so it opens all of them",
}));

const backendToFrontend: readonly Expectation[] = steps.map((step) => ({
  step,
  from: backend,
  to: frontend,
  ...http,
  expect: "allowed",
  because: "no policy isolates frontend, and none isolates the egress of backend",
}));

const strangerToBackend: readonly Expectation[] = [
  { step: 1, from: stranger, to: backend, ...http, expect: "allowed", because: "a new cluster isolates nothing" },
  { step: 2, from: stranger, to: backend, ...http, expect: "denied", because: "default-deny-ingress lets nothing in" },
  { step: 3, from: stranger, to: backend, ...http, expect: "denied", because: "the one rule names nginx pods of frontend and nobody else" },
];

/** What must and must not flow at each step, in the order of the steps. */
export const expectations: readonly Expectation[] = [
  ...frontendToBackend,
  ...everyPortAtStep3,
  ...backendToFrontend,
  ...strangerToBackend,
].toSorted((a, b) => a.step - b.step);
