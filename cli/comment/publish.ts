import { type CommentMark, markOf } from "./comment-body";
import type { GithubClient, IssueComment } from "./github-client";

/** What becomes of the comments that are there. */
export const behaviors = ["update", "new", "hide-and-new", "delete-and-new"] as const;
export type Behavior = (typeof behaviors)[number];

/** What is to be said, and how. */
export interface Publication {
  readonly mark: CommentMark;
  readonly body: string;
  readonly behavior: Behavior;
  /** Nothing new is created; a comment that is there is brought up to date all the same. */
  readonly isQuiet: boolean;
}

/** What was done: `outdated` when a newer run has spoken already. */
export type Published = "created" | "updated" | "outdated" | "skipped";

/** Writes a comment, unless one of a later report is there: runs of two pushes may end in the wrong order. */
export async function publish(client: GithubClient, publication: Publication): Promise<Published> {
  const { mark, body, behavior, isQuiet } = publication;
  const mine = await ownComments(client, mark.tag);
  if (mine.some(({ validAt }) => validAt > mark.validAt)) return "outdated";
  const last = mine.at(-1)?.comment;
  // To update is what keeps a comment true that speaks of a change which is gone.
  if (last !== undefined && (behavior === "update" || isQuiet)) {
    await client.update(last, body);
    return "updated";
  }
  if (isQuiet) return "skipped";
  for (const { comment } of mine) {
    if (behavior === "hide-and-new") await client.hide(comment);
    if (behavior === "delete-and-new") await client.delete(comment);
  }
  await client.create(body);
  return "created";
}

/** Comments with our mark that we wrote ourselves: anybody could write the mark. */
async function ownComments(
  client: GithubClient,
  tag: string,
): Promise<readonly { readonly comment: IssueComment; readonly validAt: string }[]> {
  const marked = (await client.comments()).flatMap((comment) => {
    const mark = markOf(comment.body ?? "");
    return mark?.tag === tag ? [{ comment, validAt: mark.validAt }] : [];
  });
  if (marked.length === 0) return [];
  const login = await client.login();
  return marked.filter(({ comment: { user } }) => (login === undefined ? user?.type === "Bot" : user?.login === login));
}
