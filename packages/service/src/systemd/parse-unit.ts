import { splitWords } from "./split-words.ts";

/** The text of a unit, taken apart. */
export interface ParsedUnit {
  /** Values of a setting, in order, as written; those before an empty assignment do not count. */
  values(section: string, key: string): readonly string[];
  /** The value that counts of a setting that has one. */
  value(section: string, key: string): string | undefined;
  /** Words of the last `ExecStart=`, without the marks in front. */
  readonly program: readonly string[];
  readonly workingDirectory: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** Larger files are no unit of anybody. */
const MAX_LINES = 10_000;

/** Reads a unit, ours or one that was edited by hand. Never throws: what cannot be understood is passed over. */
export function parseUnit(text: string): ParsedUnit {
  const settings = readSettings(text);
  const values = (section: string, key: string) => settings.get(`${section}.${key}`) ?? [];
  const value = (section: string, key: string) => values(section, key).at(-1);
  const program = splitWords(value("Service", "ExecStart") ?? "").map((word) =>
    withoutSpecifiers(word.replaceAll("$$", "$")),
  );
  return {
    values,
    value,
    // A dash or another mark in front says how failures count.
    program: program.map((word, index) => (index === 0 ? word.replace(/^[-@:+!]+/, "") : word)),
    workingDirectory: oneText(value("Service", "WorkingDirectory")),
    environment: readEnvironment(values("Service", "Environment")),
  };
}

function readSettings(text: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  let section = "";
  for (const line of logicalLines(text)) {
    const header = /^\[([^\]]+)\]$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const [, key, value = ""] = /^([A-Za-z0-9-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key === undefined) continue;
    const name = `${section}.${key}`;
    if (value === "") settings.delete(name);
    else settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}

/** Lines without comments; a backslash at the end joins the next one. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open = "";
  for (const raw of text.split(/\r?\n/).slice(0, MAX_LINES)) {
    const line = raw.trim();
    if (line.startsWith("#") || line.startsWith(";")) continue;
    if (/(?<!\\)(?:\\\\)*\\$/.test(line)) open += `${line.slice(0, -1)} `;
    else {
      lines.push(open + line);
      open = "";
    }
  }
  return open === "" ? lines : [...lines, open.trim()];
}

function readEnvironment(lines: readonly string[]): Readonly<Record<string, string>> {
  const assignments = lines.flatMap(splitWords).map(withoutSpecifiers);
  // Without a prototype: a variable may have any name.
  const environment: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at > 0) environment[assignment.slice(0, at)] = assignment.slice(at + 1);
  }
  return environment;
}

function oneText(value: string | undefined): string | undefined {
  return value === undefined ? undefined : withoutSpecifiers(value.replaceAll("\\\\", "\\"));
}

// A doubled percent sign is one; what single ones stand for only systemd knows.
function withoutSpecifiers(text: string): string {
  return text.replaceAll("%%", "%");
}
