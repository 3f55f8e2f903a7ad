import type { Place } from "./places.ts";

/** A completion script for bash 3.2 and newer. */
export function bashScript(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const cases = places.map(({ path, commands, options }) => {
    const words = [...commands, ...options].map(({ word }) => word).join(" ");
    return `    "${path}") words="${words}" ;;`;
  });
  return `# openclaw completion for bash
_openclaw() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at="" longer words i
  for ((i = 1; i < COMP_CWORD; i++)); do
    longer="\${at:+$at }\${COMP_WORDS[i]}"
    case "$longer" in
      ${paths.join(" | ")}) at="$longer" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _openclaw openclaw
`;
}
