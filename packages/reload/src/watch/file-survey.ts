import type { BigIntStats } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { basename, dirname, join, parse, relative, resolve, sep } from "node:path";

/** Names that decide about a file, by the folder they stand in: its own, and that of every link on the way to it. */
export type FilePlaces = ReadonlyMap<string, ReadonlySet<string>>;

/** What the system says of some files, and of the folders that decide which files they are. */
export interface FileSurvey {
  readonly files: readonly string[];
  /** Where something happens when one of the files changes, however it is put there. */
  readonly places: FilePlaces;
  /** The files that are there, links followed. */
  readonly found: ReadonlyMap<string, BigIntStats>;
  /** The folders on the way to the files that are there, links followed. */
  readonly folders: ReadonlyMap<string, BigIntStats>;
}

/** Links followed for one file; more are a circle. */
const MAX_LINKS = 40;

/**
 * Looks at files the way a change of them would come: written, renamed into place, behind a link that is moved (a
 * ConfigMap of Kubernetes is two links deep). An edit of the configuration waits for it, so all is asked for at once;
 * only links take another round.
 */
export async function surveyFiles(files: readonly string[]): Promise<FileSurvey> {
  const places = new Map<string, Set<string>>();
  const found = new Map<string, BigIntStats>();
  const folders = new Map<string, BigIntStats>();
  const lookAt = lookingOnce((path) => lstat(path, { bigint: true }).catch(() => undefined));
  await Promise.all(
    files.map(async (file) => {
      const way = await follow(file, lookAt);
      for (const path of way.stops) {
        const names = places.get(dirname(path)) ?? new Set<string>();
        places.set(dirname(path), names.add(basename(path)));
      }
      if (way.stats === undefined) return;
      found.set(file, way.stats);
      for (const [folder, stats] of way.folders) folders.set(folder, stats);
    }),
  );
  return { files, places, found, folders };
}

/** Differs whenever a file may say something else. */
export function stampOf({ dev, ino, mtimeNs, ctimeNs, size }: BigIntStats): string {
  return `${dev} ${ino} ${mtimeNs} ${ctimeNs} ${size}`;
}

type Look = (path: string) => Promise<BigIntStats | undefined>;

/** The files lie in few folders: the way to them is asked for once. */
function lookingOnce(look: Look): Look {
  const known = new Map<string, ReturnType<Look>>();
  return (path) => {
    const found = known.get(path) ?? look(path);
    known.set(path, found);
    return found;
  };
}

interface Way {
  /** Paths at which something happens when the file becomes another: itself, and the links on the way to it. */
  readonly stops: readonly string[];
  /** Where the links and the file stand. */
  readonly folders: ReadonlyMap<string, BigIntStats>;
  /** Of the file; undefined where there is none. */
  readonly stats: BigIntStats | undefined;
}

async function follow(file: string, lookAt: Look): Promise<Way> {
  const stops: string[] = [];
  const folders = new Map<string, BigIntStats>();
  let path = file;
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    stops.push(path);
    const steps = stepsTo(path);
    const found = await Promise.all(steps.map(lookAt));
    const end = found.findIndex((stats) => stats === undefined || stats.isSymbolicLink());
    const [at, stats, folder] =
      end < 0 ? [path, found.at(-1), found.at(-2)] : [steps[end], found[end], found[end - 1]];
    if (at === undefined || stats === undefined) break;
    if (folder !== undefined) folders.set(dirname(at), folder);
    if (end < 0) return { stops, folders, stats };
    stops.push(at);
    path = join(resolve(dirname(at), await readlink(at).catch(() => "")), relative(at, path));
  }
  return { stops, folders, stats: undefined };
}

/** `/etc/config` takes three: `/`, `/etc`, `/etc/config`. */
function stepsTo(path: string): readonly string[] {
  const { root } = parse(path);
  const names = path.slice(root.length).split(sep);
  return [root, ...names.map((_, index) => join(root, ...names.slice(0, index + 1)))];
}
