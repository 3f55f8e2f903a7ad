/** Paths of one line; a patch may have thousands. */
const MAX_PATHS = 6;

/** Some paths, for a line of a log. */
export function shortList(paths: readonly string[]): string {
  const more = paths.length - MAX_PATHS;
  return [...paths.slice(0, MAX_PATHS), ...(more > 0 ? [`+${more} more`] : [])].join(",");
}
