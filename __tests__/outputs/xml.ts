import { readFileSync } from "node:fs";
import { join } from "node:path";
import { validateXML } from "xmllint-wasm";

const schema = { fileName: "junit.xsd", contents: readFileSync(join(__dirname, "junit.xsd"), "utf8") };

/** What libxml2 objects to in JUnit documents: whether they are XML at all, then whether they are what `junit.xsd` describes. */
export async function junitProblems(documents: readonly string[]): Promise<readonly string[]> {
  const xml = documents.map((contents, index) => ({ fileName: `report-${String(index)}.xml`, contents }));
  const { errors } = await validateXML({ xml, schema });
  return errors.map(({ rawMessage }) => rawMessage);
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", "#10": "\n" };

/** Text of an XML document as it is meant. */
export const unescaped = (text: string): string => text.replace(/&([^;]+);/g, (whole, name: string) => entities[name] ?? whole);
