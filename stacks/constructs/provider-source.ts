import type { TerraformStack } from "cdktf";

/** Writes the provider's source in full: the short form cdktf writes means another registry to OpenTofu. */
export const qualifyProvider = (stack: TerraformStack, provider: string): void => {
  stack.addOverride(`terraform.required_providers.${provider}.source`, `registry.terraform.io/hashicorp/${provider}`);
};
