/** How a cluster's network treats what the specification leaves open. */
export interface Profile {
  /**
   * NetworkPolicy and pods on their node's network, which the specification leaves undefined.
   *
   * - `undecided`: both readings below are evaluated; where they differ, the answer is undecided.
   * - `node`: such a pod is its node: no policy applies to it, no selector finds it, only its address does.
   * - `pod`: such a pod is like any other.
   *
   * @default "undecided"
   */
  readonly hostNetwork?: "undecided" | "node" | "pod";
}

/** One consistent reading of what may be read in several ways. An answer holds when it is the same in each. */
export interface Reading {
  readonly hostNetwork: "node" | "pod";
  /** The family a connection uses, where pods have addresses of both. Absent: all are of one family, so nothing depends on it. */
  readonly family?: "IPv4" | "IPv6";
}
