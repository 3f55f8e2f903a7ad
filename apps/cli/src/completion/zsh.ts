import type { Candidate, Place } from "./places.ts";

/** A completion script for zsh, to be sourced or put into a folder of `fpath`. */
export function zshScript(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const cases = places.map(
    ({ path, commands, options }) => `    ("${path}")
      commands=(${commands.map(described).join(" ")})
      options=(${options.map(described).join(" ")})
      ;;`,
  );
  // The variable \`path\` is zsh's own list of folders.
  return `#compdef openclaw
# openclaw completion for zsh
_openclaw() {
  local at="" longer word
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    longer="\${at:+$at }$word"
    case "$longer" in
      (${paths.join("|")}) at="$longer" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o option options
  elif (( \${#commands} )); then
    _describe command commands
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _openclaw ]]; then
  _openclaw "$@"
elif (( \${+functions[compdef]} )); then
  compdef _openclaw openclaw
fi
`;
}

function described({ word, summary }: Candidate): string {
  return `'${word}:${summary.replaceAll("'", `'\\''`)}'`;
}
