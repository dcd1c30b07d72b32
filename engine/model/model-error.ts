/**
 * A cluster or a question that makes no sense: text that is no address, a port no packet can carry, a workload that is not in the cluster.
 * The only error the engine throws for what it is given; the message says what is wrong and what to do.
 */
export class ModelError extends RangeError {
  override readonly name = "ModelError";
}
