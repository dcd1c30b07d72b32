import { Failure } from "../failure";

/** A comment on a pull request, as GitHub's API has it. */
export interface IssueComment {
  readonly id: number;
  readonly node_id: string;
  readonly body?: string;
  readonly user: { readonly login: string; readonly type: string } | null;
}

/** Where comments are written. */
export interface Target {
  /** `owner/name` */
  readonly repository: string;
  readonly pull: number;
}

/** GitHub answered that the token may not do this: that of a pull request from a fork may only read. */
export class NotPermitted extends Error {}

const timeoutMs = 30_000;
const perPage = 100;

/** Comments of one pull request, through GitHub's REST API (and GraphQL, to hide one). */
export class GithubClient {
  constructor(
    private readonly api: string,
    private readonly token: string,
    private readonly target: Target,
  ) {}

  /** All comments, oldest first. */
  async comments(): Promise<readonly IssueComment[]> {
    const all: IssueComment[] = [];
    for (let page = 1; ; page += 1) {
      const found = (await this.send("GET", `${this.ofPull}?per_page=${String(perPage)}&page=${String(page)}`)) as readonly IssueComment[];
      all.push(...found);
      if (found.length < perPage) return all;
    }
  }

  /** The name the token stands for. Tokens of an Actions job have none: undefined. */
  async login(): Promise<string | undefined> {
    try {
      return ((await this.send("GET", "/user")) as { readonly login?: string }).login;
    } catch (error) {
      if (error instanceof NotPermitted) return undefined;
      throw error;
    }
  }

  async create(body: string): Promise<void> {
    await this.send("POST", this.ofPull, { body });
  }

  async update({ id }: IssueComment, body: string): Promise<void> {
    await this.send("PATCH", this.ofComment(id), { body });
  }

  async delete({ id }: IssueComment): Promise<void> {
    await this.send("DELETE", this.ofComment(id));
  }

  /** Folds a comment away as outdated. */
  async hide({ node_id: subjectId }: IssueComment): Promise<void> {
    const query =
      "mutation($subjectId: ID!) { minimizeComment(input: { subjectId: $subjectId, classifier: OUTDATED }) { clientMutationId } }";
    const answer = (await this.send("POST", "/graphql", { query, variables: { subjectId } })) as {
      readonly errors?: readonly { readonly type?: string; readonly message: string }[];
    };
    const [error] = answer.errors ?? [];
    if (error?.type === "FORBIDDEN") throw new NotPermitted(error.message);
    if (error !== undefined) throw new Failure(`GitHub did not hide a comment: ${error.message}`);
  }

  private get ofPull(): string {
    return `/repos/${this.target.repository}/issues/${String(this.target.pull)}/comments`;
  }

  private readonly ofComment = (id: number): string => `/repos/${this.target.repository}/issues/comments/${String(id)}`;

  private async send(method: string, path: string, body?: object): Promise<unknown> {
    const response = await this.fetched(method, path, body);
    const text = await response.text();
    if (response.ok) return text === "" ? undefined : parsed(text, path);
    const said = saidBy(text);
    if (response.status === 403 && !/rate limit/i.test(said)) throw new NotPermitted(said);
    const wayOut: Readonly<Record<number, string>> = {
      401: "; see that GITHUB_TOKEN is right and has not run out",
      404: "; see that `--repo` and `--pr` are right, and that the token may read them",
    };
    throw new Failure(`GitHub answered ${String(response.status)} to ${method} ${path}: ${said}${wayOut[response.status] ?? ""}`);
  }

  private async fetched(method: string, path: string, body?: object): Promise<Response> {
    // GraphQL has no version in its path: GitHub Enterprise serves it beside /api/v3.
    const url = path === "/graphql" ? `${this.api.replace(/\/v3$/, "")}${path}` : `${this.api}${path}`;
    const headers = { accept: "application/vnd.github+json", authorization: `Bearer ${this.token}`, "user-agent": "netpol" };
    try {
      return await fetch(url, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const { message, cause } = error as Error;
      throw new Failure(`GitHub cannot be reached at \`${this.api}\` (${cause instanceof Error ? cause.message : message})`);
    }
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Failure(`the answer to ${path} is not JSON; see that GITHUB_API_URL is the address of an API`);
  }
}

function saidBy(text: string): string {
  try {
    return (JSON.parse(text) as { readonly message?: string }).message ?? "no reason given";
  } catch {
    return "no reason given";
  }
}
