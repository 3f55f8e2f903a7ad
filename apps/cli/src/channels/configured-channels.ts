import type { OpenClawConfig } from "@openclaw/config";

// Sections of `channels` that hold settings for all of them.
const SHARED_SECTIONS: ReadonlySet<string> = new Set(["defaults", "modelByChannel"]);

/** The channels the configuration has a section for. */
export function configuredChannels(config: OpenClawConfig): { id: string; isEnabled: boolean }[] {
  return Object.entries(config.channels ?? {})
    .filter(([id]) => !SHARED_SECTIONS.has(id))
    .map(([id, section]) => ({ id, isEnabled: !isSwitchedOff(section) }));
}

/** One line per configured channel, for when the gateway cannot be asked. */
export function configuredChannelLines(config: OpenClawConfig): string[] {
  return configuredChannels(config).map(
    ({ id, isEnabled }) => `- ${id}: ${isEnabled ? "enabled" : "disabled"}`,
  );
}

function isSwitchedOff(section: unknown): boolean {
  return typeof section === "object" && section !== null && "enabled" in section && section.enabled === false;
}
