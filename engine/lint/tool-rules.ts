import type { RuleMeta } from "./rule";

const tool = (code: string, name: string, severity: RuleMeta["severity"], title: string): RuleMeta => ({
  code,
  name,
  severity,
  title,
  category: "tool",
});

/** What a gate reports about its own inputs and settings. Such findings have severities like others, and cannot be suppressed. */
export const toolRules = {
  expired: tool("NP901", "suppression-expired", "warning", "A suppression has run out, so what it suppressed counts again"),
  unused: tool("NP902", "suppression-unused", "warning", "A suppression suppresses nothing"),
  incomplete: tool(
    "NP903",
    "suppression-incomplete",
    "error",
    "A suppression lacks its rule, its reason or its end, or lasts too long, and does not count",
  ),
  expiresSoon: tool("NP904", "suppression-expires-soon", "info", "A suppression runs out within two weeks"),
  opaque: tool(
    "NP905",
    "opaque-input",
    "warning",
    "An input writes objects that cannot be seen, so answers about their namespaces may be wrong",
  ),
  incompleteInput: tool(
    "NP906",
    "incomplete-input",
    "warning",
    "An input does not tell the whole story: a targeted plan, or one with deferred changes",
  ),
  foreignPolicy: tool(
    "NP907",
    "foreign-policy",
    "warning",
    "An input holds policies of another product, which are not modelled, so connections may differ from what is reported",
  ),
  unknownField: tool(
    "NP908",
    "unknown-field",
    "warning",
    "A policy has a field that its kind does not have, so what it says has no effect",
  ),
} as const satisfies Readonly<Record<string, RuleMeta>>;
