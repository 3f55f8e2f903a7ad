import type { Candidate, Place } from "./places.ts";

/** A completion script for PowerShell 5 and newer. */
export function powershellScript(places: readonly Place[]): string {
  const rows = places.map(({ path, commands, options }) => {
    const results = [...commands, ...options].map(result);
    return `  ${literal(path)} = @(\n${results.join("\n")}\n  )`;
  });
  return `# openclaw completion for PowerShell
$script:openclawPlaces = @{
${rows.join("\n")}
}
Register-ArgumentCompleter -Native -CommandName openclaw -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $at = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $longer = "$at $element".Trim()
    if ($script:openclawPlaces.ContainsKey($longer)) { $at = $longer }
  }
  $script:openclawPlaces[$at] | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}

function result({ word, summary }: Candidate): string {
  return `    , @(${literal(word)}, ${literal(summary)})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
