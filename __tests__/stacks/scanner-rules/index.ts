import { checkovAws } from "./checkov-aws";
import { checkovKubernetes } from "./checkov-kubernetes";
import { checkovRights } from "./checkov-rights";
import { cis } from "./cis";
import type { ScannerRule } from "./rule";
import { trivy } from "./trivy";

export type { Json, ScannerRule } from "./rule";

/** Every rule our hardened settings promise to meet. */
export const scannerRules: readonly ScannerRule[] = [...checkovAws, ...checkovRights, ...checkovKubernetes, ...trivy, ...cis];
