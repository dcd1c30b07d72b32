import { type Command, Option } from "commander";
import { clusterDns } from "../../engine";
import { exitCodes } from "../exit-code";
import { Failure } from "../failure";
import { readPath } from "../files";
import { collect, type CommonOptions, Session, withInputs } from "../options";
import { readFlowFile, type WrittenFlows } from "../query/flow-file";
import { readFlowList } from "../query/flow-list";
import { runQuery } from "../query/run-query";
import { suggestReport } from "../query/suggest-report";
import { run } from "../terminal";

interface SuggestOptions extends CommonOptions {
  readonly fromList?: string;
  readonly dns?: true;
  readonly namespace?: readonly string[];
}

/** `netpol suggest`: policies for a list of required flows. */
export function addSuggest(program: Command): void {
  const command = program
    .command("suggest")
    .summary("the policies that allow what must flow, and nothing else")
    .description(
      "Writes NetworkPolicies that close the namespaces of the flows' ends in both directions and allow exactly the flows, ready for `kubectl apply -f -`, and says what could not be exact. Workloads and Services are looked up in the input.",
    )
    .argument("[flows]", "a YAML file of required flows, - for standard input");
  withInputs(command, "text, json, markdown")
    .addOption(
      new Option(
        "--from-list <file>",
        "flows from `netpol list -o json`, or lines of `SOURCE DESTINATION PROTOCOL PORT`; - for standard input",
      ),
    )
    .addOption(new Option("--dns", "every pod of the closed namespaces may ask the cluster's name server"))
    .addOption(new Option("--namespace <name>", "close this namespace as well; may be repeated").argParser(collect))
    .addHelpText("after", examples)
    .action(async (file: string | undefined, options: SuggestOptions) => {
      await run(() => suggest(new Session(command, options), file, options));
    });
}

const examples = `
The file of flows comes first; inputs are named with -i, because a second word could be either. It looks like this:
  version: 1
  flows:
    - { from: shop/web, to: shop/api, ports: [8080, 9000-9010/UDP] }
    - { from: "shop/*", to: "svc/shop/db:5432" }
    - { from: internet, to: shop/web, ports: http }
  dns: true

Exit codes: 0 exact, 1 the policies cannot be exact (the output says why), 2 could not run, 3 the input holds no object

Examples:
  $ netpol suggest flows.yaml -i manifests/ > policies.yaml
  $ netpol list live:production -o json=now.json && netpol suggest --from-list now.json -i live:production --dns
  $ awk '{ print $4, $5, $8, $7 }' flows.log | netpol suggest --from-list - -i manifests/`;

function suggest(session: Session, file: string | undefined, options: SuggestOptions): number {
  const wish = wishOf(file, options);
  return runQuery(session, "suggest", [], (analysis) => {
    const report = suggestReport(analysis, wish);
    return { report, code: report.proof.exact ? exitCodes.passed : exitCodes.failed };
  });
}

function wishOf(file: string | undefined, { fromList, dns, namespace, input }: SuggestOptions): WrittenFlows {
  const named = [file, fromList].filter((each) => each !== undefined);
  if (named.length === 0) throw new Failure("no flows are named; give a file of flows, or `--from-list`");
  if (named.filter((each) => each === "-").length + (input ?? []).filter((each) => each === "-").length > 1) {
    throw new Failure("standard input can be read once; give the flows or the input as a file");
  }
  const read = [
    ...(file === undefined ? [] : [readFlowFile(file, textOf(file))]),
    ...(fromList === undefined ? [] : [readFlowList(fromList, textOf(fromList))]),
  ];
  const given = read.map((each) => each.dns).find((each) => each !== undefined);
  const wanted = dns === undefined ? given : (given ?? clusterDns);
  const namespaces = [...read.flatMap((each) => each.namespaces ?? []), ...(namespace ?? [])];
  return {
    flows: read.flatMap(({ flows }) => flows),
    problems: read.flatMap(({ problems }) => problems),
    ...(wanted === undefined ? {} : { dns: wanted }),
    ...(namespaces.length === 0 ? {} : { namespaces }),
  };
}

/** A folder of flows would be files of which nobody said what they are. */
function textOf(name: string): string {
  const [only, ...others] = readPath(name);
  if (only === undefined || others.length > 0) throw new Failure(`\`${name}\` is a folder; name one file of flows`);
  return only.text;
}
