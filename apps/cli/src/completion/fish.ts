import type { Candidate, Place } from "./places.ts";

/** A completion script for fish. */
export function fishScript(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const rules = places.flatMap(({ path, commands, options }) => [
    ...commands.map((candidate) => `${rule(path)} -a ${candidate.word} ${description(candidate)}`),
    ...options.map((candidate) => `${rule(path)} ${flag(candidate.word)} ${description(candidate)}`),
  ]);
  return `# openclaw completion for fish
set -g __openclaw_commands ${paths.join(" ")}
function __openclaw_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim -- "$at $word")
    if contains -- $longer $__openclaw_commands
      set at $longer
    end
  end
  test "$at" = "$argv[1]"
end
complete -c openclaw -e
${rules.join("\n")}
`;
}

function rule(path: string): string {
  return `complete -c openclaw -n '__openclaw_at "${path}"'`;
}

function flag(word: string): string {
  return word.startsWith("--") ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`;
}

function description({ summary }: Candidate): string {
  return `-d '${summary.replaceAll("\\", String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}
