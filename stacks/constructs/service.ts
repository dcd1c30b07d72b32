import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Service as ServiceModel } from "../../engine/model";
import { known, knownLabels } from "./known-value";
import { placed } from "./placed";

/** Properties of `Service`. */
export interface ServiceProps {
  readonly service: ServiceModel;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** A Service inside the cluster. Throws for a selector by expressions, which the Service API does not have. */
export class Service extends ServiceV1 {
  constructor(scope: Construct, id: string, { service, dependsOn }: ServiceProps) {
    if (service.selector?.matchExpressions !== undefined) {
      throw new Error(`service \`${known(service.name)}\` selects by matchExpressions: a Service selects by matchLabels only`);
    }
    super(scope, id, {
      metadata: { name: known(service.name), namespace: known(service.namespace) },
      spec: {
        type: service.type,
        ...(service.headless ? { clusterIp: "None" } : {}),
        ...(service.selector === undefined ? {} : { selector: knownLabels(service.selector.matchLabels ?? {}) }),
        port: service.ports.map(({ name, port, protocol, targetPort }) => ({
          port: known(port),
          protocol,
          targetPort: String(known(targetPort)),
          ...(name === undefined ? {} : { name }),
        })),
      },
      dependsOn: [...dependsOn],
    });
    placed(this, service.location?.created);
  }
}
