import { z } from "zod";
import { configSchema } from "../cli/config/config-schema";
import { expectationsSchema } from "../inputs/expectations";
import { reportJsonSchema } from "../outputs/report-schema";

/** Schemas of what people write: as it is before defaults and conversions, in the draft that editors know. */
const written = (schema: z.ZodType, title: string, description: string): object =>
  z.toJSONSchema(schema.meta({ title, description }), { target: "draft-7", io: "input" });

/** The published JSON Schemas by file name. */
export const publishedSchemas: Readonly<Record<string, object>> = {
  "report.schema.json": reportJsonSchema(),
  "config.schema.json": written(
    configSchema,
    "netpol configuration",
    "`netpol.config.yaml`: what `netpol` reads, and what its gate lets pass.",
  ),
  "expectations.schema.json": written(
    expectationsSchema,
    "netpol expectations",
    "What must and must not flow. Each expectation holds for every pair it names.",
  ),
};

/** A schema as its file holds it. */
export const schemaText = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;
