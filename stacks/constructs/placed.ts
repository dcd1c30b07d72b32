import { Aspects, TerraformResource, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { callerOf, type Place } from "../../policies";

const metadataKey = "netpol:source";

/**
 * Remembers where a construct was created. A construct calls it first thing in its own constructor (`placed(this)`), and so gets the line
 * that says `new`; around a finished construct it takes its own line. `created` is a better place, where one is known.
 */
export function placed<T extends IConstruct>(construct: T, created: Place | undefined = placeOfCreation(construct)): T {
  if (created !== undefined) construct.node.addMetadata(metadataKey, created);
  return construct;
}

/** While its constructor runs, whoever called that; afterwards, whoever called `placed`. */
const placeOfCreation = (construct: IConstruct): Place | undefined =>
  callerOf(construct.constructor as new (...args: never[]) => unknown) ?? callerOf(placed);

/**
 * Writes into the JSON of each of the stack's resources, as `"//".netpol.source`, where it was created: its own place, or that of the
 * construct it is a part of. Terraform passes over what is under `"//"`.
 */
export function recordPlaces(stack: TerraformStack): void {
  Aspects.of(stack).add({
    visit: (construct) => {
      if (!TerraformResource.isTerraformResource(construct)) return;
      const place = nearestPlace(construct);
      if (place !== undefined) construct.addOverride("//.netpol.source", { ...place });
    },
  });
}

function nearestPlace(construct: IConstruct): Place | undefined {
  for (const { node } of construct.node.scopes.toReversed()) {
    const entry = node.metadata.find(({ type }) => type === metadataKey);
    if (entry !== undefined) return entry.data as Place;
  }
  return undefined;
}
