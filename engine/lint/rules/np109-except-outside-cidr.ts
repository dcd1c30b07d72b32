import type { LintRule, RuleFinding } from "../rule";
import { quoted } from "../words";
import { addressesOf, type WrittenBlock, writtenBlocks } from "../written-blocks";

export const np109ExceptOutsideCidr: LintRule = {
  code: "NP109",
  name: "except-outside-cidr",
  title: "An exception of a block is not inside it, so the API server refuses the policy",
  severity: "error",
  category: "correctness",
  check(context) {
    return writtenBlocks(context).flatMap((block) => {
      const problem = problemOf(block);
      return problem === undefined ? [] : [finding(block, problem)];
    });
  },
};

type Problem = "outside" | "partly" | "whole";

function problemOf({ text, outer }: WrittenBlock): Problem | undefined {
  const inner = addressesOf(text);
  const block = outer === undefined ? undefined : addressesOf(outer);
  if (inner === undefined || block === undefined) return undefined;
  if (inner.intersect(block).isEmpty) return "outside";
  if (block.isSubsetOf(inner)) return "whole";
  return inner.isSubsetOf(block) ? undefined : "partly";
}

const says: Readonly<Record<Problem, string>> = {
  outside: "takes nothing out of",
  partly: "reaches beyond",
  whole: "leaves nothing of",
};

function finding({ written, text, field, outer = "" }: WrittenBlock, problem: Problem): RuleFinding {
  const { ref, location } = written;
  return {
    subject: ref,
    message: `exception ${quoted(text)} ${says[problem]} ${quoted(outer)}; the API server refuses the policy, because an exception must lie inside its block`,
    advice:
      problem === "outside"
        ? "remove the exception, or correct it or its block"
        : "make the exception smaller than its block, or remove the entry",
    location,
    field,
    because: [],
    key: `${field.replaceAll(/\d+/g, "")} ${outer} ${text}`,
    ...(problem === "outside"
      ? {
          fix: {
            description: `remove the exception ${quoted(text)}, which takes nothing out`,
            edits: [{ kind: "remove", object: ref, field }],
          },
        }
      : {}),
  };
}
