/** Writes the published JSON Schemas: `npm run schema`. A test holds them against what the code says now. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishedSchemas, schemaText } from "./published";

for (const [file, schema] of Object.entries(publishedSchemas)) writeFileSync(join(__dirname, file), schemaText(schema));
