/**
 * Where an object was written. Every part is optional, because inputs differ in what they can say; together they are what a report
 * prints after "at".
 */
export interface Location {
  /** The file the object was read from, as the user named it. */
  readonly file?: string;
  /** Line and column in `file`, counted from 1. */
  readonly line?: number;
  readonly column?: number;
  /** RFC 6901 pointer into a JSON input. */
  readonly pointer?: string;
  /** Terraform resource address, such as `kubernetes_network_policy_v1.deny`. */
  readonly address?: string;
  /** CDKTF construct path, such as `policies/backend/default-deny-ingress`. */
  readonly constructPath?: string;
  /** Where the construct was created, when synth recorded it. */
  readonly created?: { readonly file: string; readonly line: number };
}
