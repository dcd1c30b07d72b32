import { type Command, Option } from "commander";
import type { Outcome } from "../../engine/model";
import type { ExplainReport } from "../../engine/report";
import { sourceForms, parsePort, parseTarget, type WrittenTarget } from "../ends";
import { exitCodes } from "../exit-code";
import { Failure } from "../failure";
import { type CommonOptions, inputsHelp, Session, withInputs } from "../options";
import { explainReport } from "../query/explain-report";
import { runQuery } from "../query/run-query";
import { run } from "../terminal";

interface ExplainOptions extends CommonOptions {
  readonly port?: string;
  readonly expect?: "allowed" | "denied";
}

/** `netpol explain`: why something flows or not, and what would turn the answer. */
export function addExplain(program: Command): void {
  const command = program
    .command("explain")
    .summary("why a flow is allowed or denied, and what would change that")
    .description(
      "Says for both directions which policies isolate an end and which rules decide, with their places; before and after, where the input tells. For a denied flow it writes the smallest policy change that allows it, for an allowed one what has to go. Without a port, ports with the same answer are one group.",
    )
    .argument("<from>", `who connects: ${sourceForms}`)
    .argument(
      "<to>",
      "to whom, likewise or as a Service, perhaps with a port: END[:PORT[/PROTOCOL]], such as shop/db:5432, shop/dns:53/UDP, svc/shop/web:80, web.shop.svc.cluster.local:80",
    )
    .argument("[input...]", inputsHelp);
  withInputs(command, "text, json, markdown, csv, table")
    .addOption(new Option("-p, --port <port[/protocol]>", "the port, where <to> does not name it"))
    .addOption(new Option("--expect <outcome>", "a gate: exit code 1 when the answer is another").choices(["allowed", "denied"]))
    .addHelpText("after", examples)
    .action(async (from: string, to: string, inputs: readonly string[], options: ExplainOptions) => {
      await run(() => explain(new Session(command, options), { from, to, inputs }, options));
    });
}

const examples = `
FROM and TO come first, then the inputs.
A name without a namespace is enough where only one workload has it.

Exit codes: 0 answered, 1 not as --expect says, 2 could not run, 3 undecided where --expect asks

Examples:
  $ netpol explain frontend/nginx backend/nginx:80 manifests/
  $ netpol explain shop/web svc/shop/db:5432 plan.json --expect denied
  $ netpol explain frontend/nginx nginx.backend.svc.cluster.local:80 new/ --before old/
  $ netpol explain internet shop/web:http live:production
  $ netpol explain shop/web 10.0.0.10:53/UDP cdktf.out -o json`;

interface Words {
  readonly from: string;
  readonly to: string;
  readonly inputs: readonly string[];
}

function explain(session: Session, { from, to, inputs }: Words, options: ExplainOptions): number {
  const question = { from: sourceOf(from), to: targetOf(to, options.port) };
  return runQuery(session, "explain", inputs, (analysis) => {
    const { report, outcomes } = explainReport(analysis, question);
    return { report, code: codeOf([...outcomes, ...enforcedOutcomes(report)], options.expect) };
  });
}

function sourceOf(text: string): WrittenTarget {
  const source = parseTarget(text);
  if (source.port === undefined) return source;
  throw new Failure(`\`${text}\` has a port, but the port is the destination's; write it behind the second end`);
}

function targetOf(text: string, port: string | undefined): WrittenTarget {
  const target = parseTarget(text);
  if (port === undefined) return target;
  if (target.port !== undefined) throw new Failure(`the port is there twice, in \`${text}\` and in \`--port ${port}\`; leave one out`);
  return { ...target, port: parsePort(port) };
}

/** Where the input shows what enforces policies, or that nothing does, what is enforced must be as expected too. */
const enforcedOutcomes = ({ enforcement, layers }: ExplainReport): readonly Outcome[] =>
  enforcement === undefined || enforcement.state === "unknown"
    ? []
    : layers.filter(({ layer }) => layer === "vpc-cni").map(({ outcome }) => outcome);

/** Everything that was asked about must come out as expected. What certainly does not wins over what is undecided. */
function codeOf(outcomes: readonly Outcome[], expected: ExplainOptions["expect"]): number {
  if (expected === undefined) return exitCodes.passed;
  if (outcomes.some((each) => each !== expected && each !== "undecided")) return exitCodes.failed;
  return outcomes.includes("undecided") ? exitCodes.undecided : exitCodes.passed;
}
