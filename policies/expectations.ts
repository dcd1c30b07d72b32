import { shown, type Protocol } from "../engine/model";
import { steps, type Step } from "./step";
import { strangers } from "./strangers";

/** Either end of an expected flow: `namespace/workload` of the experiment or of `strangers`, or `ip:address` for an address that is no pod's. */
export type ExpectedEnd = `${string}/${string}` | `ip:${string}`;

/** A flow that must, or must not, be possible at one step of the experiment. */
export interface Expectation {
  readonly step: Step;
  readonly from: ExpectedEnd;
  readonly to: ExpectedEnd;
  readonly protocol: Protocol | "every";
  /** The port on the destination pod; "every": each of 1 to 65535. */
  readonly port: number | "every";
  readonly expect: "allowed" | "denied";
  readonly because: string;
  /** What a person sees who tries it with `curl --max-time 5`. */
  readonly observed?: string;
}

const frontend = "frontend/nginx";
const backend = "backend/nginx";
/** Stands for every caller outside the cluster: an address reserved for documentation. */
const outsider = "ip:203.0.113.10";

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

const everyPortAtStep3: readonly Expectation[] = [
  {
    step: 3,
    from: frontend,
    to: backend,
    protocol: "every",
    port: "every",
    expect: "allowed",
    because: "the rule names no port, so it opens all of them",
  },
];

const backendToFrontend: readonly Expectation[] = steps.map((step) => ({
  step,
  from: backend,
  to: frontend,
  ...http,
  expect: "allowed",
  because: "no policy isolates frontend, and none isolates the egress of backend",
}));

const outsiderToBackend: readonly Expectation[] = [
  { step: 1, from: outsider, to: backend, ...http, expect: "allowed", because: "a new cluster isolates nothing" },
  { step: 2, from: outsider, to: backend, ...http, expect: "denied", because: "default-deny-ingress lets nothing in" },
  { step: 3, from: outsider, to: backend, ...http, expect: "denied", because: "the one rule names nginx pods of frontend and nobody else" },
];

/** Both conditions of the one peer count: a pod that meets only one of them stays out, on every port. */
const strangersToBackend: readonly Expectation[] = strangers.flatMap((workload): readonly Expectation[] => {
  const from: ExpectedEnd = `${shown(workload.namespace)}/${shown(workload.name)}`;
  const because = "only pods labelled app=nginx of namespace frontend are let in";
  return [{ step: 3, from, to: backend, protocol: "every", port: "every", expect: "denied", because }];
});

/** What must and must not flow at each step, in the order of the steps. */
export const expectations: readonly Expectation[] = [
  ...frontendToBackend,
  ...everyPortAtStep3,
  ...backendToFrontend,
  ...outsiderToBackend,
  ...strangersToBackend,
].toSorted((a, b) => a.step - b.step);
