import { GLOBAL_OPTIONS } from "../command-tree.ts";
import type { CommandSyntax, OptionSpec } from "../commands/spec.ts";

/** A word that can come next, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly summary: string;
}

/** A point in a command line at which words are wanted. */
export interface Place {
  /** The words of the command so far, e.g. `gateway status`; empty before the first. */
  readonly path: string;
  readonly commands: readonly Candidate[];
  readonly options: readonly Candidate[];
}

const HELP: OptionSpec = { flags: "-h, --help", summary: "display help for command" };
const VERSION: OptionSpec = { flags: "-V, --version", summary: "print the version" };

/** Every place of a command line, the one before the first word first. */
export function placesOf(commands: readonly CommandSyntax[]): readonly Place[] {
  const root = { name: "", summary: "", options: [...GLOBAL_OPTIONS, VERSION] };
  return [root, ...commands].map(({ name, options = [] }) => ({
    path: name,
    commands: commands
      .filter((other) => other.name !== "" && parentOf(other.name) === name)
      .map((below) => ({ word: below.name.split(" ").at(-1) ?? "", summary: below.summary })),
    options: [...options, HELP].flatMap(({ flags, summary }) =>
      flagsOf(flags).map((word) => ({ word, summary })),
    ),
  }));
}

function parentOf(name: string): string {
  return name.split(" ").slice(0, -1).join(" ");
}

/** `-m, --message <text>` without what follows them. */
function flagsOf(text: string): readonly string[] {
  return text.split(/[ ,]+/).filter((part) => part.startsWith("-"));
}
