import { lstat, readlink, stat } from "node:fs/promises";
import { basename, dirname, join, parse, resolve, sep } from "node:path";

/** Names that decide about a file, by the folder they stand in: its own, and that of every link on the way to it. */
export type FilePlaces = ReadonlyMap<string, ReadonlySet<string>>;

/** Links followed for one file; more are a circle. */
const MAX_LINKS = 40;

/**
 * Where something happens when a file changes, however it is put there: written, renamed into place, behind a link that
 * is moved (a ConfigMap of Kubernetes is two links deep).
 */
export async function filePlaces(files: readonly string[]): Promise<FilePlaces> {
  const places = new Map<string, Set<string>>();
  const add = (folder: string, name: string) => {
    const names = places.get(folder) ?? new Set<string>();
    places.set(folder, names.add(name));
  };
  const isLink = lookingOnce(async (path) => (await lstat(path).catch(() => undefined))?.isSymbolicLink());
  await Promise.all(files.map((file) => follow(file, { add, isLink })));
  return places;
}

/** Differs whenever the file may say something else; undefined while there is none. */
export async function fileStamp(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino} ${found.mtimeNs} ${found.ctimeNs} ${found.size}`;
}

interface Way {
  readonly add: (folder: string, name: string) => void;
  /** Whether a path is a link; undefined when there is none. */
  readonly isLink: (path: string) => Promise<boolean | undefined>;
}

/** The files lie in few folders: the way to them is asked for once. */
function lookingOnce<T>(look: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (path) => {
    const found = known.get(path) ?? look(path);
    known.set(path, found);
    return found;
  };
}

async function follow(file: string, { add, isLink }: Way): Promise<void> {
  add(dirname(file), basename(file));
  let path = file;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const link = await firstLink(path, isLink);
    if (link === undefined) return;
    add(dirname(link.at), basename(link.at));
    path = link.leadsTo;
    add(dirname(path), basename(path));
  }
}

/** The outermost part of a path that is a link, and the path with its target in its place. */
async function firstLink(
  path: string,
  isLink: Way["isLink"],
): Promise<{ readonly at: string; readonly leadsTo: string } | undefined> {
  const { root } = parse(path);
  const names = path.slice(root.length).split(sep);
  // All at once: an edit of the configuration waits for it.
  const found = await Promise.all(names.map((_, index) => isLink(join(root, ...names.slice(0, index + 1)))));
  const index = found.findIndex((isFound) => isFound !== false);
  if (index < 0 || found[index] === undefined) return undefined;
  const at = join(root, ...names.slice(0, index + 1));
  const target = resolve(dirname(at), await readlink(at).catch(() => ""));
  return { at, leadsTo: join(target, ...names.slice(index + 1)) };
}
