/** What operators decided about commands, whatever a node declares. */
export interface CommandPolicy {
  /** Allowed on every platform, on top of its base list. */
  readonly allowCommands: readonly string[];
  /** Allowed nowhere, whatever else is said. */
  readonly denyCommands: readonly string[];
}

/** What a node says it is. */
export interface NodePlatform {
  readonly platform?: string;
  readonly deviceFamily?: string;
}

const CANVAS = [
  "canvas.present",
  "canvas.hide",
  "canvas.navigate",
  "canvas.eval",
  "canvas.snapshot",
  "canvas.a2ui.push",
  "canvas.a2ui.pushJSONL",
  "canvas.a2ui.reset",
];
const SENSES = ["camera.list", "location.get"];
const MOBILE = [
  ...CANVAS,
  ...SENSES,
  "device.info",
  "device.status",
  "contacts.search",
  "calendar.events",
  "reminders.list",
  "photos.latest",
  "motion.activity",
  "motion.pedometer",
];
const DESKTOP = ["system.run", "system.which", "system.notify", "browser.proxy"];

/** Base lists. What takes pictures, records, or writes to somebody's data is in none: `allowCommands` has to name it. */
const BASE = {
  ios: [...MOBILE, "system.notify"],
  android: MOBILE,
  macos: [...MOBILE, ...DESKTOP],
  linux: DESKTOP,
  windows: DESKTOP,
  unknown: [...CANVAS, ...SENSES, ...DESKTOP],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type PlatformName = keyof typeof BASE;

/** How platforms begin to call themselves. */
const PREFIXES: readonly (readonly [prefix: string, name: PlatformName])[] = [
  ["ios", "ios"],
  ["android", "android"],
  ["mac", "macos"],
  ["darwin", "macos"],
  ["win", "windows"],
  ["linux", "linux"],
];

/** What families of devices have in their names. */
const FAMILIES: readonly (readonly [part: string, name: PlatformName])[] = [
  ["iphone", "ios"],
  ["ipad", "ios"],
  ["ios", "ios"],
  ["android", "android"],
  ["mac", "macos"],
  ["windows", "windows"],
  ["linux", "linux"],
];

/** Commands the gateway uses itself, by methods with a scope of their own (T-AZ-13). */
const RESERVED = "system.execApprovals.";

/**
 * What nodes of this platform may be asked for: the base list, with what is allowed and without what is denied. The
 * platform is the node's own word, so this only narrows what a person approves.
 *
 * Docs: configuration.md#nodes
 */
export function allowedCommands(node: NodePlatform, policy: CommandPolicy): ReadonlySet<string> {
  const allowed = new Set<string>([...BASE[platformName(node)], ...policy.allowCommands]);
  for (const command of [...allowed])
    if (policy.denyCommands.includes(command) || isReserved(command)) allowed.delete(command);
  return allowed;
}

/** Which base list counts: by how the platform begins, else by what the family contains. */
export function platformName({ platform = "", deviceFamily = "" }: NodePlatform): PlatformName {
  const said = platform.trim().toLowerCase();
  const family = deviceFamily.trim().toLowerCase();
  const known =
    PREFIXES.find(([prefix]) => said.startsWith(prefix)) ?? FAMILIES.find(([part]) => family.includes(part));
  return known?.[1] ?? "unknown";
}

/** Whether a command is for the gateway alone; nobody may ask for it by name. */
export function isReserved(command: string): boolean {
  return command.startsWith(RESERVED);
}
