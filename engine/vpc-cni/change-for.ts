import type { Deviation } from "./deviation";
import type { DivergenceChange } from "./divergence";

/** The change that takes the difference a deviation makes away. */
export const changeFor = (deviation: Deviation): DivergenceChange["kind"] => changes[deviation];

const changes: Readonly<Record<Deviation, DivergenceChange["kind"]>> = {
  "L-01": "enable the add-on",
  "L-02": "move to EC2 Linux nodes",
  "L-04": "rename the workload",
  "L-05": "upgrade the add-on",
  "L-06": "leave the host network",
  "L-07": "add a rule for the node addresses",
  "L-08": "turn IPv4 egress off",
  "L-10": "restore the interface prefix",
  "L-11": "turn the bandwidth plugin off",
  "L-12": "use the Service's selector in the peer",
  "L-13": "use one port for Service and container",
  "L-14": "give each Service port its own target",
  "L-15": "write single ports",
  "L-16": "use a number as the target",
  "L-17": "name the pods in the peer",
  "L-18": "name the pods in the peer",
  "L-19": "allow the Service addresses",
  "L-22": "use fewer ports",
  "L-23": "use one number for the name",
  "L-24": "write the number",
  "L-25": "write the number",
  "L-26": "write the number",
  "L-27": "add a rule without ports",
  "L-30": "write blocks without exceptions",
  "L-31": "mask the host bits",
  "L-32": "use blocks of the cluster's family",
  "L-33": "accept it",
  "L-35": "add a policy",
  "first-name": "write the number",
  hairpin: "allow the Service addresses",
  "upstream-tiers": "write NetworkPolicies",
  "aws-kinds": "review the AWS policy",
};
