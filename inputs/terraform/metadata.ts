import { isUnknown, unknown } from "../../engine/model";
import type { Json, JsonObject } from "../objects";
import { attribute, blockOf, field, mapBlocks, present, stringMap, stringSet, textAttribute, type Block } from "./blocks";
import type { TerraformResource } from "./resource";

/** `metadata` of an object. A name that the API server will generate is unknown. */
export function objectMeta({ values, address }: Pick<TerraformResource, "values" | "address">): JsonObject {
  const metadata = blockOf(field(values, "metadata"));
  const generated = attribute(field(metadata, "generate_name")) !== undefined;
  const name = textAttribute(field(metadata, "name"));
  return present({
    name: name ?? (generated ? unknown(`\`metadata.generate_name\` of \`${address}\``) : undefined),
    namespace: textAttribute(field(metadata, "namespace")),
    labels: stringMap(field(metadata, "labels")),
    annotations: stringMap(field(metadata, "annotations")),
  });
}

/** A label selector block. Written but empty it is `{}`, which selects everything. */
export function labelSelector(block: Block): Json {
  return present({
    matchLabels: stringMap(field(block, "match_labels")),
    matchExpressions: mapBlocks(field(block, "match_expressions"), requirement),
  });
}

/** A selector block that may be missing: absent when there is no block, however empty the block is. */
export function optionalSelector(value: Json | undefined): Json | undefined {
  const block = blockOf(value);
  return block === undefined || isUnknown(block) ? block : labelSelector(block);
}

const requirement = (block: Block): Json =>
  present({
    key: textAttribute(field(block, "key")) ?? "",
    operator: textAttribute(field(block, "operator")) ?? "",
    values: stringSet(field(block, "values")),
  });
