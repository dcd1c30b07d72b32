/**
 * The ways in which the VPC CNI departs from the specification and that change answers, each with the meaning of its number in
 * `docs/vpc-cni.md`. Each can be switched off in the evaluator; with all of them off it answers as the specification does.
 */
export const deviations = [
  /** Nothing is enforced: add-on off, or too old. */
  "L-01",
  /** Pods on Fargate or Windows nodes are not enforced. */
  "L-02",
  /** Pods with one identifier on one node share the policies of all of them. */
  "L-04",
  /** The same across namespaces, before identifiers were told apart by them. */
  "L-05",
  /** Host-networked pods are not enforced. */
  "L-06",
  /** A host-networked peer stands for the addresses of its nodes. */
  "L-07",
  /** Packets of the family the cluster does not have are not looked at. */
  "L-08",
  /** A name prefix of interfaces the agent does not look for. */
  "L-10",
  /** The bandwidth plugin takes the place of the agent's programs. */
  "L-11",
  /** A Service is a peer only when its own selector satisfies the peer's. */
  "L-12",
  /** Rules without selectors are held against the Service's own port. */
  "L-13",
  /** Of several Service ports with one target, only the first is a peer's. */
  "L-14",
  /** Of a range of ports, only the start is looked up among targets, and the end is kept as it is. */
  "L-15",
  /** A named target that stands for several numbers closes the Service. */
  "L-16",
  /** A peer with an empty pod selector opens every Service of its namespaces. */
  "L-17",
  /** A negative condition is satisfied by a Service whose selector lacks the key. */
  "L-18",
  /** Blocks of addresses are held against the Service's own address. */
  "L-19",
  /** Of more entries for one address than fit, some are dropped at random. */
  "L-22",
  /** A named port of an ingress rule stands for its numbers on all pods of the policy. */
  "L-23",
  /** Ports of init containers have no names. */
  "L-24",
  /** A named port of an egress rule without selectors stands for nothing. */
  "L-25",
  /** An ingress rule with a named port is not there while no pod of the policy runs, its numbers neither. */
  "L-26",
  /** ICMP is allowed by entries without ports. */
  "L-27",
  /** Blocks that are the same but for their host bits overwrite each other. */
  "L-31",
  /** An exception denies for the whole pod. */
  "L-30",
  /** Only the family of the cluster counts. */
  "L-32",
  /** A pod always reaches its own node. */
  "L-33",
  /** In strict mode a pod without a policy is closed. */
  "L-35",
  /** Of several ports of one name on a pod, the name stands for the first only. */
  "first-name",
  /** A pod that a Service leads back to itself leaves for the Service's address like any other. */
  "hairpin",
  /** Cluster-wide policies of `policy.networking.k8s.io` are not read. */
  "upstream-tiers",
  /** Policies of `networking.k8s.aws` are. */
  "aws-kinds",
] as const;

/** One way in which the VPC CNI departs from the specification. */
export type Deviation = (typeof deviations)[number];

/** Every one of them. */
export const everyDeviation: ReadonlySet<Deviation> = new Set(deviations);
