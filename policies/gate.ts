/** What the gate holds the synthesized stacks against; named in netpol.config.yaml. */
import type { ClusterExpectation } from "../engine/model";
import { expectationsAt } from "./expectations";
import { steps } from "./step";

/** The expectations of the step that the stacks were synthesized for: `NETPOL_EKS_STEP`, 3 when it is not set. A step there is not is an Error. */
export function expectations(environment: Readonly<Record<string, string | undefined>>): readonly ClusterExpectation[] {
  const wanted = environment.NETPOL_EKS_STEP ?? "3";
  const step = steps.find((each) => String(each) === wanted);
  if (step === undefined) throw new Error(`NETPOL_EKS_STEP is \`${wanted}\`; the experiment has the steps ${steps.join(", ")}`);
  return expectationsAt(step);
}
