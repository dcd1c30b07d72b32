import type { Unknown } from "./unknown";

/** JSON as an input holds it, with an Unknown wherever a value is not known before apply. */
export type Json = string | number | boolean | null | Unknown | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
