import { type FSWatcher, watch } from "node:fs";
import { type FileSurvey, stampOf, surveyFiles } from "./file-survey.ts";

/** `events` of the operating system beside the regular look; `polling` where they do not come, as on network shares. */
export type WatchMode = "events" | "polling";

export interface FileWatchOptions {
  readonly mode: WatchMode;
  /** Distance of regular looks, in ms; asked before each. They find what no event told. */
  readonly pollMs: () => number | "never";
  /** A file may have changed. */
  readonly onNotice: () => void;
  readonly onError: (error: unknown) => void;
}

/** Folders with events of their own; what lies in others is found by looking. */
const MAX_FOLDERS = 64;

/**
 * Tells when files may have changed, whichever way they are replaced, and also while they are not there. Folders are
 * watched rather than files, because a file that is renamed into place is another file. Events come at once; that they
 * come at all is no promise of any system, so the files are also looked at.
 */
export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #watchers = new Map<string, FSWatcher>();
  #survey: FileSurvey | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: FileWatchOptions) {
    this.#options = options;
  }

  /** Takes these files from now on, and the links on the way to them; told of is what changes after the survey. */
  follow(survey: FileSurvey): void {
    if (this.#isClosed) return;
    this.#survey = survey;
    if (this.#options.mode === "events") this.#place(survey);
    if (this.#timer === undefined) this.#pollLater();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const folder of [...this.#watchers.keys()]) this.#leave(folder);
  }

  /** Watches the folders that matter now, and no others. */
  #place({ places }: FileSurvey): void {
    for (const folder of [...this.#watchers.keys()]) if (!places.has(folder)) this.#leave(folder);
    for (const folder of places.keys()) this.#enter(folder);
  }

  #enter(folder: string): void {
    if (this.#watchers.has(folder) || this.#watchers.size >= MAX_FOLDERS) return;
    try {
      const watcher = watch(folder, { persistent: false });
      this.#watchers.set(folder, watcher);
      watcher.on("change", (_, name) => this.#onEvent(folder, name));
      // A folder that went away is entered again by the next look, when there is one again.
      watcher.on("error", () => this.#leave(folder));
    } catch {
      // No such folder, or no more handles: the regular look goes on.
    }
  }

  #leave(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #onEvent(folder: string, name: string | Buffer | null): void {
    const names = this.#survey?.places.get(folder);
    if (name !== null && !names?.has(String(name))) return;
    this.#options.onNotice();
  }

  #pollLater(): void {
    const { onError } = this.#options;
    const pollMs = this.#options.pollMs();
    if (this.#isClosed || pollMs === "never") return;
    this.#timer = setTimeout(() => {
      this.#poll()
        .catch(onError)
        .finally(() => this.#pollLater());
    }, pollMs);
    this.#timer.unref();
  }

  async #poll(): Promise<void> {
    const before = this.#survey;
    if (before === undefined) return;
    const now = await surveyFiles(before.files);
    // Followed anew while it was looked at: the next look compares with that.
    if (this.#isClosed || this.#survey !== before || stampsOf(now) === stampsOf(before)) return;
    // A folder that was replaced has the same name, but its watcher looks at the old one.
    for (const folder of [...this.#watchers.keys()]) this.#leave(folder);
    this.follow(now);
    this.#options.onNotice();
  }
}

function stampsOf({ files, found }: FileSurvey): string {
  const stamps = files.map((file) => {
    const stats = found.get(file);
    return stats && stampOf(stats);
  });
  return stamps.join("\n");
}
