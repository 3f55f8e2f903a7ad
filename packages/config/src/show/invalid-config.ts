import type { Paths } from "../paths.ts";
import type { ConfigSnapshot } from "../snapshot.ts";

/** Lines of the guard that every command prints before working with, or refusing, an invalid file. */
export function invalidConfigLines(snapshot: ConfigSnapshot, paths: Pick<Paths, "home">): readonly [string, ...string[]] {
  throw new Error(`not yet ${String(snapshot)}${String(paths)}`);
}
