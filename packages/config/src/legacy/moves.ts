import { isRecord } from "../source/record.ts";
import type { LegacyDraft } from "./legacy-draft.ts";
import type { Match } from "./pattern.ts";

type Path = readonly string[];

/**
 * Says one old value with the keys of today, and where it stands now: nowhere when nothing needs it any more. Undefined
 * when it cannot make sense of the value, which then stays where it is.
 */
export type Move = (draft: LegacyDraft, match: Match, to: Path) => readonly Path[] | undefined;

const LIST = ["agents", "list"];
/** The agent there is without a list. */
const MAIN = "main";

/** The value as it is, to another key; what is there already wins. */
export const move: Move = (draft, { value }, to) => (draft.put(to, value) ? [to] : undefined);

/** Nothing of today says it. */
export const remove: Move = () => [];

/** Says a value with a word of today; a word that is there already wins. */
export function say(words: Readonly<Record<string, string>>): Move {
  return (draft, { value }, to) => {
    const word = Object.entries(words).find(([old]) => old === String(value))?.[1];
    const known = draft.get(to);
    if (word === undefined) return undefined;
    if (known === undefined || typeof known === "boolean") return draft.set(to, word) ? [to] : undefined;
    if (known !== word) draft.keep(to);
    return [to];
  };
}

/** One word whatever was there. */
export function always(word: string): Move {
  return (draft, _, to) => (draft.set(to, word) ? [to] : undefined);
}

/** A token meant mode `token` where there was no mode. */
export const moveToken: Move = (draft, match, to) => {
  const mode = [...to.slice(0, -1), "mode"];
  return draft.put(to, match.value) && draft.put(mode, "token") ? [to] : undefined;
};

/** For a channel that is not there it says nothing. */
export const moveForChannel: Move = (draft, match, to) =>
  isRecord(draft.get(to.slice(0, 2))) ? move(draft, match, to) : [];

/** One answer for the groups of each of these channels that is there. */
export function moveToGroups(...channels: readonly string[]): Move {
  return (draft, { value }) => {
    const places = channels
      .filter((id) => isRecord(draft.get(["channels", id])))
      .map((id) => ["channels", id, "groups", "*", "requireMention"]);
    return places.every((place) => draft.put(place, value)) ? places : undefined;
  };
}

/** Items to the end of a list. */
export const moveItems: Move = (draft, { value }, to) =>
  Array.isArray(value) && draft.append(to, value) ? [to] : undefined;

/** Agents by name to the list of agents. */
export const moveAgents: Move = (draft, { value }) => {
  const agents = isRecord(value) ? Object.entries(value) : [];
  if (agents.length === 0) return undefined;
  const isMoved = agents.map(([id, agent]) => {
    const place = isRecord(agent) ? agentPlace(draft, id) : undefined;
    const { mentionPatterns, ...rest } = isRecord(agent) ? agent : {};
    const groupChat = mentionPatterns === undefined ? {} : { groupChat: { mentionPatterns } };
    return place !== undefined && draft.put(place, rest) && draft.put(place, groupChat);
  });
  return isMoved.every(Boolean) ? [LIST] : undefined;
};

/** The agent of a name becomes the default, unless another one is. */
export const markDefaultAgent: Move = (draft, { value }) => {
  const place = typeof value === "string" ? agentPlace(draft, value) : undefined;
  if (place === undefined) return undefined;
  const isMarked = agentsOf(draft)?.some(isDefault) === true;
  if (isMarked) draft.keep(place);
  return isMarked || draft.put([...place, "default"], true) ? [place] : undefined;
};

/** What was said of the only agent is said of the default one. */
export const moveIdentity: Move = (draft, { value }) => {
  const marked = agentsOf(draft)?.findIndex(isDefault);
  const index = marked === undefined || marked < 0 ? 0 : marked;
  const hasAgents = agentsOf(draft)?.length !== 0;
  const place = hasAgents ? [...LIST, String(index)] : agentPlace(draft, MAIN);
  if (place === undefined || !draft.put([...place, "identity"], value)) return undefined;
  return [[...place, "identity"]];
};

/** A command that makes text of sound becomes a model. */
export const moveToAudioModel: Move = (draft, { value }, to) => {
  const { command, ...rest } = isRecord(value) ? value : {};
  const words: readonly unknown[] = Array.isArray(command) ? command : [];
  const [program, ...args] = words;
  if (typeof program !== "string") return undefined;
  return draft.put(to, [{ type: "cli", command: program, args, ...rest }]) ? [to] : undefined;
};

/** References to models become keys of the catalogue. */
export const moveModels: Move = (draft, { value }, to) => {
  const refs: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
  const isMoved = refs?.every((ref) => typeof ref === "string" && draft.put([...to, ref], {}));
  return isMoved === true ? [to] : undefined;
};

/** Names of models go into the catalogue. */
export const moveAliases: Move = (draft, { value }, to) => {
  const refs = isRecord(value) ? Object.entries(value) : undefined;
  const isMoved = refs?.every(
    ([alias, ref]) => typeof ref === "string" && draft.put([...to, ref, "alias"], alias),
  );
  return isMoved === true ? [to] : undefined;
};

/** References to try join the one to try first. */
export const moveFallbacks: Move = (draft, { value }, to) => {
  const choice = to.slice(0, -1);
  const primary = draft.get(choice);
  const isMoved =
    typeof primary === "string"
      ? draft.set(choice, { primary, fallbacks: value })
      : draft.put(choice, { fallbacks: value });
  return isMoved ? [to] : undefined;
};

/** Where an agent stands in the list; at its end when it was not there. Undefined where the list is none. */
function agentPlace(draft: LegacyDraft, id: string): Path | undefined {
  const agents = agentsOf(draft);
  if (agents === undefined) return undefined;
  const known = agents.findIndex((agent) => isRecord(agent) && agent["id"] === id);
  if (known >= 0) return [...LIST, String(known)];
  const place = [...LIST, String(agents.length)];
  return draft.append(LIST, [{ id }]) ? place : undefined;
}

function agentsOf(draft: LegacyDraft): readonly unknown[] | undefined {
  const list = draft.get(LIST) ?? [];
  return Array.isArray(list) ? list : undefined;
}

function isDefault(agent: unknown): boolean {
  return isRecord(agent) && agent["default"] === true;
}
