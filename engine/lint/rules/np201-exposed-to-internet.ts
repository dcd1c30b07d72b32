import { exposedKey } from "../exposed";
import { openToInternet } from "../open-to-internet";
import type { LintRule } from "../rule";
import { listed, nameOf, placed, portsText, refObject } from "../words";

export const np201ExposedToInternet: LintRule = {
  code: "NP201",
  name: "exposed-to-internet",
  title: "A policy lets the internet at large in to pods that are otherwise closed",
  severity: "warning",
  category: "exposure",
  check(context) {
    return openToInternet(context, "ingress").map(({ policy, workloads, witness, because, connections, exposed }) => ({
      subject: refObject(policy),
      message: `${listed(workloads.map(nameOf))} can be reached from the internet on ${portsText(connections)}`,
      advice: "name the addresses that must come in, such as those of the load balancer's subnets",
      ...placed(policy),
      witness,
      because,
      key: exposedKey(["ingress"], exposed),
    }));
  },
};
