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
  for (const file of files) await follow(file, add);
  return places;
}

/** Differs whenever the file may say something else; undefined while there is none. */
export async function fileStamp(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino} ${found.mtimeNs} ${found.ctimeNs} ${found.size}`;
}

async function follow(file: string, add: (folder: string, name: string) => void): Promise<void> {
  add(dirname(file), basename(file));
  let path = file;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const link = await firstLink(path);
    if (link === undefined) return;
    add(dirname(link.at), basename(link.at));
    path = link.leadsTo;
    add(dirname(path), basename(path));
  }
}

/** The outermost part of a path that is a link, and the path with its target in its place. */
async function firstLink(
  path: string,
): Promise<{ readonly at: string; readonly leadsTo: string } | undefined> {
  const { root } = parse(path);
  const names = path.slice(root.length).split(sep);
  for (let length = 1; length <= names.length; length += 1) {
    const at = join(root, ...names.slice(0, length));
    const found = await lstat(at).catch(() => undefined);
    if (found === undefined) return undefined;
    if (!found.isSymbolicLink()) continue;
    const target = resolve(dirname(at), await readlink(at).catch(() => ""));
    return { at, leadsTo: join(target, ...names.slice(length)) };
  }
  return undefined;
}
