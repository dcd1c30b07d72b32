import { type Evaluation, type LabelCondition, minimiseReachability, type StatementEnds, type WorkloadDescription } from "../../engine";
import { workloadName } from "../../engine/model";
import { addressesEnd, connectionsText, type ListReport, type ReportEnd } from "../../engine/report";
import { listed } from "../../outputs/sentences";

/** All that may flow, in few statements by namespace and label; together they say exactly what a list of all pairs does. */
export const minimalList = (evaluation: Evaluation): ListReport["connections"] =>
  minimiseReachability(evaluation).statements.map(({ from, to, connections }) => ({
    from: endOf(from),
    to: endOf(to),
    connections: connectionsText(connections),
    because: [],
  }));

/** Ends that are described together. Addresses stand beside workloads where the statement speaks of both. */
function endOf({ workloads, addresses }: StatementEnds): ReportEnd {
  const pods = workloads.map(describe);
  if (addresses.isEmpty) return { kind: "workload", name: pods.join(" and ") };
  const outside = addressesEnd(addresses);
  return pods.length === 0 ? outside : { ...outside, name: [...pods, outside.name].join(" and ") };
}

function describe(description: WorkloadDescription): string {
  switch (description.kind) {
    case "every-workload":
      return "every workload";
    case "workload":
      return workloadName(description.workload);
    case "labelled": {
      const { namespaces, namespaceLabel, label } = description;
      const places = [
        ...(namespaces === undefined ? [] : [namespaces.join(", ")]),
        ...(namespaceLabel === undefined ? [] : [`namespaces with ${condition(namespaceLabel)}`]),
      ];
      const place = places.length === 0 ? "every namespace" : places.join(", ");
      return `${place}/${label === undefined ? "*" : `{${condition(label)}}`}`;
    }
  }
}

const condition = ({ key, values }: LabelCondition): string => `${key}=${listed(values, "or")}`;
