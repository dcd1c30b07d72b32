/** What the schemas of several policy kinds have in common. */
import { isCidr } from "./cidr";
import type { Expression, ListSchema, ObjectSchema, Schema, StringSchema } from "./schema";

export const text: StringSchema = { type: "string" };
export const object = (properties: ObjectSchema["properties"], rest: Omit<ObjectSchema, "type" | "properties"> = {}): ObjectSchema => ({
  type: "object",
  properties,
  ...rest,
});
export const list = (items: Schema, minItems: number, maxItems: number): ListSchema => ({ type: "list", items, minItems, maxItems });
export const exactlyOne = { minProperties: 1, maxProperties: 1 } as const;

/** The metadata every kind has; only what is read here. */
export const metadataSchema: ObjectSchema = object(
  {
    name: text,
    generateName: text,
    namespace: text,
    labels: { type: "map", values: text },
    annotations: { type: "map", values: text },
    ownerReferences: {
      type: "list",
      items: object({ apiVersion: text, kind: text, name: text, controller: { type: "boolean" } }, { open: true }),
    },
  },
  { open: true },
);

/** `metav1.LabelSelector` as a schema demands it; its meaning is checked elsewhere. */
export const selectorSchema: ObjectSchema = object({
  matchLabels: { type: "map", values: text },
  matchExpressions: {
    type: "list",
    items: object({ key: text, operator: text, values: { type: "list", items: text } }, { required: ["key", "operator"] }),
  },
});

/** A value that is a CIDR block, or that is not known. */
export const isCidrExpression: Expression = {
  name: "isCIDR",
  message: "must be a CIDR block, such as `10.0.0.0/8` or `2001:db8::/32`",
  holds: (value) => typeof value !== "string" || isCidr(value),
};

export const domainName: StringSchema = {
  type: "string",
  pattern: /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/,
};
