/**
 * What stands around a user's text for the model: when it was said, and what happened before. Example:
 * `System: [2026-11-22 12:15:20 UTC] Model switched.` + blank line + `[Sun 2026-11-22 12:15 UTC] hello`
 */
const ENVELOPE = /^\[(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d{2}-\d{2} \d{2}:\d{2} [^\]\s]{1,40}\] /u;
const SYSTEM_BLOCK = /^(?:System: \[\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} [^\]\s]{1,40}\] [^\n]*\n)+\n/u;

/** A note for the model, and when it was made (epoch milliseconds). */
export interface SystemNote {
  readonly text: string;
  readonly at: number;
}

/** Writes times the way the model reads them, in one zone. */
export class Envelope {
  readonly #format: Intl.DateTimeFormat;

  /** An unknown zone counts as UTC. */
  constructor(timeZone: string | undefined) {
    this.#format = formatIn(timeZone);
  }

  /** Puts the time before a text that has none yet. */
  wrap(text: string, at: number): string {
    if (ENVELOPE.test(text)) return text;
    const { weekday, date, time, zone } = this.#parts(at);
    return `[${weekday} ${date} ${time} ${zone}] ${text}`;
  }

  /** Puts notes before a text, one line each. */
  withNotes(text: string, notes: readonly SystemNote[]): string {
    if (notes.length === 0) return text;
    const lines = notes.map((note) => {
      const { date, time, seconds, zone } = this.#parts(note.at);
      return `System: [${date} ${time}:${seconds} ${zone}] ${note.text.replace(/\s*\n\s*/gu, " ")}\n`;
    });
    return `${lines.join("")}\n${text}`;
  }

  #parts(at: number): Record<"weekday" | "date" | "time" | "seconds" | "zone", string> {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
    for (const { type, value } of this.#format.formatToParts(at)) parts[type] = value;
    return {
      weekday: parts.weekday ?? "",
      date: `${parts.year ?? ""}-${parts.month ?? ""}-${parts.day ?? ""}`,
      time: `${parts.hour ?? ""}:${parts.minute ?? ""}`,
      seconds: parts.second ?? "",
      zone: (parts.timeZoneName ?? "UTC").replace(/\s+/gu, ""),
    };
  }
}

/** The text as the user wrote it, without notes and time. */
export function stripEnvelope(text: string): string {
  return text.replace(SYSTEM_BLOCK, "").replace(ENVELOPE, "");
}

function formatIn(timeZone: string | undefined): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = {
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  };
  try {
    return new Intl.DateTimeFormat("en-US", { ...options, ...(timeZone !== undefined && { timeZone }) });
  } catch {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" });
  }
}
