import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { AwsAccount } from "./aws-account";
import { placed } from "./placed";

/** Properties of `EncryptionKey`. */
export interface EncryptionKeyProps {
  readonly account: AwsAccount;
  /** Without `alias/`. */
  readonly alias: string;
  readonly description: string;
  /** Log groups CloudWatch encrypts with the key. */
  readonly logGroupNames: readonly string[];
}

/** The longest there is: time to notice that something still needs the key. */
const deletionWindowInDays = 30;

/** A key of the account's own, renewed each year. Who may use it is the account's matter, but for CloudWatch, which needs to be named. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    placed(this);
    const { alias, description } = props;
    const key = new KmsKey(this, "key", { description, enableKeyRotation: true, deletionWindowInDays, policy: keyPolicy(props) });
    new KmsAlias(this, "alias", { name: `alias/${alias}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

function keyPolicy({ account, logGroupNames }: EncryptionKeyProps): string {
  const owner = { Effect: "Allow", Principal: { AWS: account.arn("iam", "root", "") }, Action: "kms:*", Resource: "*" };
  const logs = {
    Effect: "Allow",
    Principal: { Service: account.regionalService("logs") },
    Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    // In the policy of a key, this is the key itself.
    Resource: "*",
    Condition: {
      ArnEquals: { "kms:EncryptionContext:aws:logs:arn": logGroupNames.map((name) => account.arn("logs", `log-group:${name}`)) },
    },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [owner, logs] });
}
