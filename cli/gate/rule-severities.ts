import { documentedRules, type LintOptions } from "../../engine/lint";
import { suggestion } from "../../inputs/yaml-value";
import type { Config } from "../config/config-schema";
import { Failure } from "../failure";
import { matchesPattern } from "./pattern";

const levels = ["error", "warning", "info", "off"] as const;
type Level = (typeof levels)[number];

/** Severities by code, those of the command line over those of the configuration. A code that no rule has is a Failure. */
export function ruleSeverities(
  configured: NonNullable<Config["rules"]>,
  written: readonly string[],
): NonNullable<LintOptions["severities"]> {
  const fromConfig = Object.entries(configured).map(
    ([code, setting]) => [code, typeof setting === "string" ? setting : setting.severity] as const,
  );
  const fromLine = written.map((text): readonly [string, Level] => {
    const [code = "", level] = text.split("=");
    const found = levels.find((each) => each === level);
    if (found === undefined)
      throw new Failure(
        `\`--rule ${text}\` gives no severity; write \`${code === "" ? "NP201" : code}=error\`, or ${levels.slice(1).join(", ")}`,
      );
    return [code, found];
  });
  const known = documentedRules.map(({ code }) => code);
  for (const [code] of [...fromConfig, ...fromLine]) {
    if (!known.includes(code)) throw new Failure(`\`${code}\` is no rule${suggestion(code, known)}; \`netpol rules\` lists them`);
  }
  return Object.fromEntries([...fromConfig, ...fromLine]);
}

/** The codes that `--only` or `--skip` names, which may hold `*`. What names no rule is a Failure: a gate must not be looser by a slip. */
export function ruleCodes(option: string, patterns: readonly string[]): readonly string[] {
  const known = documentedRules.map(({ code }) => code);
  return patterns.flatMap((pattern) => {
    const found = known.filter((code) => matchesPattern(pattern, code));
    if (found.length === 0)
      throw new Failure(`\`${option} ${pattern}\` names no rule${suggestion(pattern, known)}; \`netpol rules\` lists them`);
    return found;
  });
}
