import { exposedKey } from "../exposed";
import { openToInternet } from "../open-to-internet";
import type { LintRule } from "../rule";
import { PortSet } from "../../sets/port-set";
import { listed, nameOf, placed, portsText, refObject } from "../words";

export const np205EgressToInternetOpen: LintRule = {
  code: "NP205",
  name: "egress-to-internet-open",
  title: "A policy lets pods whose egress is closed connect to the internet at large",
  severity: "warning",
  category: "exposure",
  check(context) {
    return openToInternet(context, "egress").map(({ policy, workloads, witness, because, connections, exposed }) => ({
      subject: refObject(policy),
      message: `${listed(workloads.map(nameOf))} can connect to the internet on ${portsText(connections)}`,
      advice: "name the addresses the pods need, or send them through a proxy that knows the names",
      ...placed(policy),
      witness,
      because,
      key: exposedKey(["egress"], exposed),
      // A few ports are what calling services outside takes; all of them are a way out for anything.
      ...(connections.TCP.equals(PortSet.all) ? {} : { severity: "info" as const }),
    }));
  },
};
