import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Where units of the whole machine lie. */
export const SYSTEM_UNIT_FOLDERS: readonly string[] = [
  "/etc/systemd/system",
  "/usr/lib/systemd/system",
  "/lib/systemd/system",
];

/** A unit somebody else looks after that runs something like a gateway. */
export interface OtherUnit {
  readonly platform: "linux";
  /** Name of the unit. */
  readonly label: string;
  readonly detail: string;
  readonly scope: "user" | "system";
  readonly marker: string;
  /** Of a program that was renamed since. */
  readonly legacy: boolean;
  readonly path: string;
}

const MARKERS = ["openclaw", "clawdbot", "moltbot"] as const;
const MOST_UNITS = 5_000;
const MAX_CHARS = 65_536;

/** Where to look, and whom not to report. */
export interface UnitSearch {
  readonly folders: readonly string[];
  readonly scope: OtherUnit["scope"];
  /** Our own units are no others: those of the user's folder that say so themselves. */
  readonly skipsOurs: boolean;
  /** Path of the user's home: a user who is called openclaw has not only gateways. */
  readonly home: string;
}

/** Units that mention a gateway of this family. Folders and files that cannot be read hold none. */
export async function findUnits(search: UnitSearch): Promise<readonly OtherUnit[]> {
  const { folders, skipsOurs } = search;
  const found = await Promise.all(folders.map((folder) => unitsIn(folder, search)));
  const byName = new Map(found.flat().map((unit) => [unit.label, unit]));
  const units = [...byName.values()].sort((a, b) => a.label.localeCompare(b.label));
  return units
    .filter(({ isOurs }) => !skipsOurs || !isOurs)
    .map(({ isOurs: _mark, text: _, ...unit }) => unit);
}

/** Units of a user's folder that this program has installed, for whatever profile. */
export async function findOurUnits(
  folder: string,
  home: string,
): Promise<readonly { readonly label: string; readonly path: string; readonly text: string }[]> {
  const units = await unitsIn(folder, { scope: "user", home });
  return units.filter(({ isOurs }) => isOurs).sort((a, b) => a.label.localeCompare(b.label));
}

type MarkedUnit = OtherUnit & { readonly isOurs: boolean; readonly text: string };

async function unitsIn(
  folder: string,
  { scope, home }: Pick<UnitSearch, "scope" | "home">,
): Promise<readonly MarkedUnit[]> {
  const names = await readdir(folder).catch(() => []);
  const units = names.filter((name) => name.endsWith(".service")).slice(0, MOST_UNITS);
  const texts = await Promise.all(units.map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
  return units.flatMap((label, index) => {
    const text = (texts[index] ?? "").slice(0, MAX_CHARS);
    const searched = `${label}\n${text.replaceAll(home, "~")}`.toLowerCase();
    const marker = MARKERS.find((candidate) => searched.includes(candidate));
    if (marker === undefined) return [];
    const path = join(folder, label);
    const isOurs =
      label.startsWith("openclaw-gateway") ||
      (searched.includes("openclaw_service_marker") && searched.includes("openclaw_service_kind"));
    const legacy = marker !== "openclaw";
    const unit = { platform: "linux" as const, label, detail: `unit: ${path}`, scope, marker, legacy, path };
    return [{ ...unit, isOurs, text }];
  });
}
