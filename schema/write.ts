/** Writes the published JSON Schemas: `npm run schema`. A test holds them against what the code says now. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportJsonSchema } from "../outputs/report-schema";

writeFileSync(join(__dirname, "report.schema.json"), `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
