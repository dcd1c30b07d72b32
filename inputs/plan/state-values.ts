import type { Json, JsonObject } from "../objects";
import { field } from "../terraform/blocks";
import { objectIn, objectsIn, textIn, textsIn } from "./terraform-json";

/** A resource as the `values` of a state or a plan's `prior_state` list it. */
export interface StateResource {
  readonly address: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly values: JsonObject;
  /** True at what is sensitive. */
  readonly sensitive: Json | undefined;
  readonly dependsOn: readonly string[];
  /** The provider configuration as a state file writes it; `terraform show` leaves it out. */
  readonly providerAddress?: string;
  /** RFC 6901 pointer to the resource. */
  readonly pointer: string;
}

/** The resources of `values.root_module` and the modules in it. Objects that only wait to be destroyed (`deposed_key`) are left out. */
export function stateResources(values: Json | undefined, pointer: string): readonly StateResource[] {
  return moduleResources(objectIn(values, "root_module"), `${pointer}/root_module`, 0);
}

const deepest = 200;

function moduleResources(module: JsonObject | undefined, pointer: string, depth: number): readonly StateResource[] {
  if (module === undefined || depth > deepest) return [];
  const own = objectsIn(module, "resources").flatMap((resource, index) => resourceOf(resource, `${pointer}/resources/${index}`));
  const inner = objectsIn(module, "child_modules").map((child, index) =>
    moduleResources(child, `${pointer}/child_modules/${index}`, depth + 1),
  );
  return [...own, ...inner.flat()];
}

function resourceOf(resource: JsonObject, pointer: string): readonly StateResource[] {
  const address = textIn(resource, "address");
  const type = textIn(resource, "type");
  const values = objectIn(resource, "values");
  if (address === undefined || type === undefined || values === undefined || textIn(resource, "deposed_key") !== undefined) return [];
  return [
    {
      address,
      mode: textIn(resource, "mode") === "data" ? "data" : "managed",
      type,
      values,
      sensitive: field(resource, "sensitive_values"),
      dependsOn: textsIn(resource, "depends_on"),
      pointer,
    },
  ];
}
