import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Backend } from "../settings";

/**
 * Terraform runs in `cdktf.out/stacks/<stack>`; three folders up is the project, from every stack alike. Left to itself, cdktf would write
 * an absolute path, which holds on one machine only.
 */
const projectFolder = "../../..";

/** Keeps the stack's state where the settings say, and under a name of its own. */
export function keepState(stack: TerraformStack, backend: Backend): void {
  const stackName = stack.node.id;
  if (backend.kind === "local") {
    new LocalBackend(stack, { path: `${projectFolder}/terraform.${stackName}.tfstate` });
    return;
  }
  new S3Backend(stack, { bucket: backend.bucket, key: `${backend.keyPrefix}/${stackName}.tfstate`, region: backend.region, encrypt: true });
  // Native S3 locking (Terraform 1.10 and later) is younger than cdktf's own type of this backend.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
