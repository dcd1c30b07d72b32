import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A comment as the double keeps it. */
export interface KeptComment {
  id: number;
  node_id: string;
  body: string;
  user: { login: string; type: string };
  hidden?: true;
}

/** What the double was asked, and answers with. */
export interface GithubDouble {
  readonly url: string;
  readonly requests: { readonly method: string; readonly path: string; readonly authorization: string | undefined }[];
  readonly comments: KeptComment[];
  /** Answers to writing requests: 201 and the like, or this. */
  refuse?: { readonly status: number; readonly message: string };
  close(): Promise<void>;
}

const bot = { login: "github-actions[bot]", type: "Bot" };

/** A server that does with comments what GitHub's API does, as an Actions token sees it. */
export async function githubDouble(): Promise<GithubDouble> {
  const double: Omit<GithubDouble, "url" | "close"> = { requests: [], comments: [] };
  const server = createServer((request, response) => {
    void answer(double, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(double, {
    url: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  });
}

async function answer(double: Omit<GithubDouble, "url" | "close">, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = "", url = "", headers } = request;
  double.requests.push({ method, path: url, authorization: headers.authorization });
  const { status, value } = reply(double, method, new URL(url, "http://x"), Buffer.concat(chunks).toString());
  response.writeHead(status, { "content-type": "application/json" }).end(value === undefined ? undefined : JSON.stringify(value));
}

interface Reply {
  readonly status: number;
  readonly value?: unknown;
}

function reply(double: Omit<GithubDouble, "url" | "close">, method: string, { pathname, searchParams }: URL, text: string): Reply {
  if (pathname === "/user") return { status: 403, value: { message: "Resource not accessible by integration" } };
  if (method === "GET") {
    const [size, page] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
    return { status: 200, value: double.comments.slice((page - 1) * size, page * size) };
  }
  if (double.refuse !== undefined) return { status: double.refuse.status, value: { message: double.refuse.message } };
  const body = text === "" ? {} : (JSON.parse(text) as { readonly body?: string; readonly variables?: { readonly subjectId: string } });
  const id = Number(pathname.split("/").at(-1));
  const comment = double.comments.find((each) => each.id === id || each.node_id === body.variables?.subjectId);
  if (method === "POST" && pathname !== "/graphql") return created(double, body.body ?? "");
  return comment === undefined ? { status: 404, value: { message: "Not Found" } } : changed(double, comment, method, body.body ?? "");
}

function created({ comments }: Pick<GithubDouble, "comments">, body: string): Reply {
  const id = comments.length + 1000;
  comments.push({ id, node_id: `IC_${String(id)}`, body, user: bot });
  return { status: 201, value: { id } };
}

/** A comment is changed, taken away, or (through GraphQL) hidden. */
function changed({ comments }: Pick<GithubDouble, "comments">, comment: KeptComment, method: string, body: string): Reply {
  if (method === "PATCH") comment.body = body;
  if (method === "DELETE") comments.splice(comments.indexOf(comment), 1);
  if (method === "POST") comment.hidden = true;
  return method === "DELETE" ? { status: 204 } : { status: 200, value: method === "POST" ? { data: {} } : comment };
}
