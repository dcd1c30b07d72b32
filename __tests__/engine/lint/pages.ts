import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Texts } from "./lint-yaml";

const folder = join(__dirname, "..", "..", "..", "docs", "rules");

/** The page of a rule. */
export interface Page {
  readonly file: string;
  readonly text: string;
  /** Sections by heading, in order. */
  readonly sections: ReadonlyMap<string, string>;
}

/** Every page about a rule of one band of codes. */
export const pages = (band: RegExp): readonly Page[] =>
  readdirSync(folder)
    .filter((file) => band.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const parts = text.split(/^## (.*)$/m).slice(1);
      const sections = new Map(parts.flatMap((heading, at) => (at % 2 === 0 ? [[heading, parts[at + 1] ?? ""] as const] : [])));
      return { file, text, sections };
    });

/** The input that the code blocks of a section make: `yaml` is what is linted, `yaml before` and `yaml plan` stand beside it. */
export function exampleIn(section: string): Texts {
  const blocks = [...section.matchAll(/^```yaml ?(\w*)\n(.*?)^```$/gms)].map(([, role = "", text = ""]) => ({ role, text }));
  const textOf = (role: string): string | undefined => {
    const texts = blocks.filter((block) => block.role === role).map(({ text }) => text);
    return texts.length === 0 ? undefined : texts.join("---\n");
  };
  const [before, plan] = [textOf("before"), textOf("plan")];
  return { after: textOf("") ?? "", ...(before === undefined ? {} : { before }), ...(plan === undefined ? {} : { plan }) };
}
