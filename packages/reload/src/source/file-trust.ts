import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { filePlaces } from "../watch/file-places.ts";

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
export async function trustedOwners(files: readonly string[], { uid }: User): Promise<TrustedOwners> {
  const places = await placesOf(files);
  const owners = await Promise.all(places.map(async (place) => (await look(place))?.uid));
  return new Set([ROOT, uid, ...owners.filter((owner) => owner !== undefined)]);
}

/**
 * Why somebody else could have written one of these files, or put another in its place, with what to type about it;
 * undefined when nobody could. Looks at files and at the folders of every link on the way to them (T-CFG-14). A file
 * that is not there says nothing.
 */
export async function doubtAbout(
  files: readonly string[],
  { user, owners }: { readonly user: User; readonly owners: TrustedOwners },
): Promise<string | undefined> {
  const doubts = (await placesOf(files)).map(async (path) => {
    const found = await look(path);
    if (found === undefined) return undefined;
    const { uid, gid, mode } = found;
    if (!owners.has(uid))
      return `${path} belongs to another user (uid ${uid}); run: chown ${user.uid} ${quoted(path)}`;
    const isOthers = (mode & WORLD_WRITABLE) !== 0;
    // A group of our own holds nobody else.
    const isGroups = (mode & GROUP_WRITABLE) !== 0 && gid !== user.gid && gid !== ROOT;
    // In a sticky folder such as /tmp everybody may write, but replace only what is theirs.
    const isKept = found.isDirectory() && (mode & STICKY) !== 0;
    if (!(isOthers || isGroups) || isKept || (await isReadOnly(path))) return undefined;
    const shown = (mode & 0o7777).toString(8).padStart(4, "0");
    return `${path} can be written by others (mode ${shown}); run: chmod go-w ${quoted(path)}`;
  });
  return (await Promise.all(doubts)).find((doubt) => doubt !== undefined);
}

/** The files that are there, and the folders that decide which files they are. */
async function placesOf(files: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    files.map(async (file) => ((await look(file)) === undefined ? [] : [file])),
  );
  const present = found.flat();
  return [...present, ...(await filePlaces(present)).keys()];
}

async function look(path: string) {
  return stat(path).catch(() => undefined);
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
