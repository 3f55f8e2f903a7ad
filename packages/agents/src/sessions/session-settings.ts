import { AgentsError } from "../errors.ts";
import { parseThinkingLevel } from "../models/selection.ts";

/** Settings that are one word of a few; free text where the list is empty. */
const WORDS = {
  thinkingLevel: ["off", "minimal", "low", "medium", "high"],
  verboseLevel: ["on", "off", "full"],
  reasoningLevel: ["on", "off", "stream"],
  elevatedLevel: ["on", "off", "ask", "full"],
  responseUsage: ["off", "tokens", "full", "on"],
  sendPolicy: ["allow", "deny"],
  groupActivation: ["mention", "always"],
  execHost: ["sandbox", "gateway", "node"],
  execSecurity: ["deny", "allowlist", "full"],
  execAsk: ["off", "on-miss", "always"],
  execNode: [],
} as const satisfies Record<string, readonly string[]>;

/** A setting of a session that is a word. */
export type SettingName = keyof typeof WORDS;

/** All of them. */
export const SETTINGS = Object.keys(WORDS) as readonly SettingName[];

/**
 * The value to store; undefined clears the setting.
 * @throws {AgentsError} invalid_setting
 */
export function checkedSetting(name: SettingName, value: string | null | undefined): string | undefined {
  if (value === null || value === undefined) return undefined;
  const word = value.trim().toLowerCase();
  const words: readonly string[] = WORDS[name];
  // Levels of thinking have more names than their list tells, and one that only some models have.
  const known = name === "thinkingLevel" ? parseThinkingLevel(word) : words.find((one) => one === word);
  if (known !== undefined) return known;
  if (words.length === 0 && word !== "") return value.trim();
  throw new AgentsError("invalid_setting", `invalid ${name} (use ${words.join("|") || "a name"})`);
}
