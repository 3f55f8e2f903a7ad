import { type BigIntStats, constants } from "node:fs";
import { access } from "node:fs/promises";
import type { FileSurvey } from "../watch/file-survey.ts";

/** Who this process is, in numbers of the system. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Owners whose files are believed beside our own: of the system, and of what the gateway has started with. */
export type TrustedOwners = ReadonlySet<number>;

const ROOT = 0;
const WORLD_WRITABLE = 0o002;
const GROUP_WRITABLE = 0o020;
const STICKY = 0o1000;

/** Who could have written the files that a gateway starts with: it believed them, so it goes on to. */
export function trustedOwners(survey: FileSurvey, { uid }: User): TrustedOwners {
  return new Set([ROOT, uid, ...judged(survey).map(([, stats]) => Number(stats.uid))]);
}

/**
 * Why somebody else could have written one of these files, or put another in its place, with what to type about it;
 * undefined when nobody could. Looks at files and at the folders of every link on the way to them (T-CFG-14). A file
 * that is not there says nothing.
 */
export async function doubtAbout(
  survey: FileSurvey,
  { user, owners }: { readonly user: User; readonly owners: TrustedOwners },
): Promise<string | undefined> {
  for (const [path, stats] of judged(survey)) {
    const [uid, gid, mode] = [Number(stats.uid), Number(stats.gid), Number(stats.mode)];
    if (!owners.has(uid))
      return `${path} belongs to another user (uid ${uid}); run: chown ${user.uid} ${quoted(path)}`;
    const isOthers = (mode & WORLD_WRITABLE) !== 0;
    // A group of our own holds nobody else.
    const isGroups = (mode & GROUP_WRITABLE) !== 0 && gid !== user.gid && gid !== ROOT;
    // In a sticky folder such as /tmp everybody may write, but replace only what is theirs.
    const isKept = stats.isDirectory() && (mode & STICKY) !== 0;
    if (!(isOthers || isGroups) || isKept || (await isReadOnly(path))) continue;
    const shown = (mode & 0o7777).toString(8).padStart(4, "0");
    return `${path} can be written by others (mode ${shown}); run: chmod go-w ${quoted(path)}`;
  }
  return undefined;
}

function judged({ found, folders }: FileSurvey): readonly (readonly [string, BigIntStats])[] {
  return [...found, ...folders];
}

/** Folders of a ConfigMap are open to everybody, and mounted so that nobody can write. */
async function isReadOnly(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => false,
    (error: unknown) => error instanceof Error && "code" in error && error.code === "EROFS",
  );
}

function quoted(path: string): string {
  return JSON.stringify(path);
}
