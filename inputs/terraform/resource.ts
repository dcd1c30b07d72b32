import type { Location, Unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import type { ProviderConfiguration } from "./provider";

/** One resource instance with its values resolved as far as the input allows; what is missing is an Unknown. */
export interface TerraformResource {
  /** Such as `kubernetes_network_policy_v1`. */
  readonly type: string;
  /** Such as `kubernetes_network_policy_v1.deny["a"]`, unique within its configuration. */
  readonly address: string;
  /** Arguments in Terraform's shape; blocks may be objects or lists. Meta-arguments are left out. */
  readonly values: JsonObject;
  /** CDKTF construct path, such as `policies/team-a/deny`. */
  readonly constructPath?: string;
  readonly file?: string;
  /** RFC 6901 pointer to the resource in `file`. */
  readonly pointer?: string;
  /** Where the construct was created, when synth recorded it. */
  readonly created?: { readonly file: string; readonly line: number };
  /** Set when it is not known whether the resource exists, or how often (`for_each`, `count` or the whole change unknown). */
  readonly uncertain?: Unknown;
  /** Set when only what a document names is settled (a change that is left to a later plan), and the rest of it may still change. */
  readonly pending?: Unknown;
  /** True at what Terraform marks sensitive, in the shape of `values`. @default nothing is */
  readonly sensitive?: Json;
  /** Where its objects are sent to; absent where the input does not say, and for what is no object of Kubernetes. */
  readonly provider?: ProviderConfiguration;
}

/** Where a resource is written, for objects and problems. */
export const locationOf = ({ address, file, pointer, constructPath, created }: TerraformResource): Location => ({
  address,
  ...(file === undefined ? {} : { file }),
  ...(pointer === undefined ? {} : { pointer }),
  ...(constructPath === undefined ? {} : { constructPath }),
  ...(created === undefined ? {} : { created }),
});
