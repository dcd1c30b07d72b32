import { type Command, Option } from "commander";
import { commentBody, moment, saysSomething } from "../comment/comment-body";
import { GithubClient, NotPermitted, type Target } from "../comment/github-client";
import { type Behavior, behaviors, publish, type Publication } from "../comment/publish";
import { readReport } from "../comment/read-report";
import { exitCodes } from "../exit-code";
import { Failure } from "../failure";
import { appendToJobSummary, renderOptions } from "../output";
import { run } from "../terminal";

interface CommentOptions {
  readonly path: string;
  readonly repo?: string;
  readonly pr?: string;
  readonly behavior: Behavior;
  readonly tag: string;
  readonly skipNoDiff?: true;
  readonly dryRun?: true;
}

/** `netpol comment`: a report as a comment on a pull request. */
export function addComment(program: Command): void {
  const comment = program
    .command("comment")
    .summary("a report as a comment on a pull request")
    .description("Writes a report where it is reviewed.");
  comment
    .command("github")
    .description(
      "Writes the report of `netpol check -o json=FILE` as one comment on a pull request. A token that may not write, as pull requests from forks have, is no failure: the report then goes to the summary of the job.",
    )
    .addOption(new Option("--path <file>", "the report, as JSON").makeOptionMandatory())
    .addOption(new Option("--repo <owner/name>", "the repository").env("GITHUB_REPOSITORY"))
    .addOption(new Option("--pr <number>", "the pull request (default: the one that GITHUB_REF names)"))
    .addOption(new Option("--behavior <how>", "what becomes of earlier comments").choices(behaviors).default("update"))
    .addOption(new Option("--tag <name>", "tells the comments of several pipelines apart").default("netpol"))
    .addOption(new Option("--skip-no-diff", "create no comment where nothing changed and the gate passed; one that is there is updated"))
    .addOption(new Option("--dry-run", "print the comment and write nothing"))
    .addHelpText("after", examples)
    .action(async (options: CommentOptions) => {
      await run(() => commentOnGithub(options));
    });
}

const examples = `
Needs GITHUB_TOKEN with permission to write pull requests; GITHUB_API_URL is for GitHub Enterprise.

Exit codes: 0 done, 2 could not run

Examples:
  $ netpol check plan.json -o json=netpol.json; netpol comment github --path netpol.json --pr 12
  $ netpol comment github --path netpol.json --pr 12 --behavior hide-and-new --skip-no-diff
  $ netpol comment github --path netpol.json --dry-run`;

async function commentOnGithub(options: CommentOptions): Promise<number> {
  const { path, behavior, tag, skipNoDiff, dryRun } = options;
  if (!/^[\w.-]{1,100}$/.test(tag)) throw new Failure(`\`--tag ${tag}\` is no name; use up to 100 letters, digits, \`-\`, \`_\` and \`.\``);
  const { report, writtenAt } = readReport(path);
  const mark = { tag, validAt: moment(writtenAt) };
  const body = commentBody(report, mark, renderOptions({ format: "markdown", file: "comment" }, { targets: [] }));
  const isQuiet = skipNoDiff === true && !saysSomething(report);
  if (dryRun === true) {
    process.stdout.write(isQuiet ? wouldSkip : body);
    return exitCodes.passed;
  }
  const client = new GithubClient(process.env.GITHUB_API_URL ?? "https://api.github.com", tokenFrom(process.env), targetOf(options));
  await publishOrSummarize(client, { mark, body, behavior, isQuiet });
  return exitCodes.passed;
}

/** Whether a comment is there is not asked in a dry run. */
const wouldSkip =
  "nothing changed and the gate passed, so no comment would be created; one that is there already would be updated (without `--skip-no-diff`, the comment is printed)\n";

function tokenFrom({ GITHUB_TOKEN: token = "" }: NodeJS.ProcessEnv): string {
  if (token === "") throw new Failure("GITHUB_TOKEN is not set; in a workflow, set it to `${{ github.token }}`, or use `--dry-run`");
  return token;
}

function targetOf({ repo = "", pr }: CommentOptions): Target {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo)) throw new Failure(`\`--repo ${repo}\` is no repository; write it as \`owner/name\``);
  const number = pr ?? /^refs\/pull\/(\d+)\//.exec(process.env.GITHUB_REF ?? "")?.[1];
  if (number === undefined || !/^[1-9]\d*$/.test(number)) throw new Failure("no pull request is named; give its number with `--pr`");
  return { repository: repo, pull: Number(number) };
}

const said = {
  created: "a comment was created",
  updated: "the comment was updated",
  outdated: "a later run has commented already; nothing was written",
  skipped: "nothing changed, so no comment was created",
} as const;

async function publishOrSummarize(client: GithubClient, publication: Publication): Promise<void> {
  try {
    process.stderr.write(`${said[await publish(client, publication)]}\n`);
  } catch (error) {
    if (!(error instanceof NotPermitted)) throw error;
    const where = appendToJobSummary(publication.body) ? "the report is in the summary of the job" : "the report was not shown";
    process.stderr.write(`warning: the token may not comment (${error.message}); ${where}\n`);
  }
}
