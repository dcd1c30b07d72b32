import {
  anyone,
  cidr,
  type ExpectationList,
  expectations as expectationList,
  internet,
  ns,
  pods,
  workload,
} from "../engine/expectations/builder";
import type { ClusterExpectation } from "../engine/model";
import type { Step } from "./step";

const frontend = workload("frontend", "nginx");
const backend = workload("backend", "nginx");
/** Who is let in at step 3: by both labels, so whoever carries only one of them must stay out. */
const nginxOfFrontend = pods("frontend", { app: "nginx" });
/** Stands for every caller outside the cluster: an address reserved for documentation. */
const outsider = cidr("203.0.113.10/32");

const http = "80/TCP";
const welcome = "nginx's welcome page";
const timeout = "curl exit code 28, timed out";

/** What must and must not flow at each step, and what a person sees who tries it with `curl --max-time 5`. */
const write: Readonly<Record<Step, (list: ExpectationList) => void>> = {
  1: (list) => {
    const because = "a new cluster isolates nothing";
    list.allow(frontend, backend, http, { id: "frontend-to-backend", because, observed: welcome });
    list.allow(outsider, backend, http, { id: "outside-to-backend", because });
    list.allow(backend, frontend, http, { id: "backend-to-frontend", because });
  },
  2: (list) => {
    const because = "default-deny-ingress isolates every pod of backend and lets nothing in";
    list.deny(frontend, backend, http, { id: "frontend-to-backend", because, observed: timeout });
    list.deny(anyone(), ns("backend"), "all", { id: "nobody-to-backend", because });
    wayBack(list);
  },
  3: (list) => {
    const because = "netpol-allow-nginx-front lets pods labelled app=nginx of namespace frontend in";
    list.allow(frontend, backend, http, { id: "frontend-to-backend", because, observed: welcome });
    list.allow(frontend, backend, "all", { id: "every-port", because: "the rule names no port, so it opens all of them" });
    list.onlyInto(ns("backend"), nginxOfFrontend, "all", { id: "nobody-else-to-backend", because: "the one rule names nobody else" });
    list.deny([internet(), outsider], backend, "all", { id: "outside-to-backend", because: "the one rule names no address" });
    wayBack(list);
  },
};

const wayBack = (list: ExpectationList): void => {
  const because = "no policy isolates frontend, and none closes the egress of backend to it";
  list.allow(backend, frontend, http, { id: "backend-to-frontend", because });
};

/** What must and must not flow at a step of the experiment. */
export const expectationsAt = (step: Step): readonly ClusterExpectation[] => expectationList(`step-${String(step)}`, write[step]);
