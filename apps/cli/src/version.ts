/** Release of this command and of the gateway it brings along. */
export const VERSION = "2026.11.0";

const VERSION_FLAGS: ReadonlySet<string> = new Set(["--version", "-V", "-v"]);

/** Whether the command line asks for the version before naming a command. */
export function isVersionRequest(argv: readonly string[]): boolean {
  const command = argv.findIndex((word) => !word.startsWith("-"));
  return (command < 0 ? argv : argv.slice(0, command)).some((word) => VERSION_FLAGS.has(word));
}
