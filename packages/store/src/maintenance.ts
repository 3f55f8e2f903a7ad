import { open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { StoreError, toStoreError } from "./errors.ts";
import type { GroupCommit } from "./sqlite/group-commit.ts";
import { ensurePrivateFile } from "./sqlite/private-file.ts";
import type { Query, Rows } from "./sqlite/worker.ts";

/** What {@link Maintenance.verify} found. */
export interface Verification {
  readonly ok: boolean;
  /** In SQLite's words; empty when all is well, cut after 100. */
  readonly problems: readonly string[];
}

/** What maintenance works on. */
export interface MaintenanceParts {
  readonly path: string;
  readonly commits: GroupCommit;
  /** Runs statements one after the other and returns the rows of all. */
  readonly run: (queries: readonly Query[]) => Promise<Rows>;
}

/** Work that takes as long as the file is large. One job runs at a time, in the order of the calls. */
export class Maintenance {
  readonly #parts: MaintenanceParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
  }

  verify(): Promise<Verification> {
    return this.#next(async () => {
      const rows = await this.#parts.run([
        { sql: "PRAGMA integrity_check" },
        { sql: "PRAGMA foreign_key_check" },
      ]);
      return verdict(rows.map((row) => row.join(" ")).filter((row) => row !== "ok"));
    }).catch((error: unknown) => {
      // Some damage ends the check itself.
      if (error instanceof StoreError && error.code === "corrupt") return verdict([error.message]);
      throw error;
    });
  }

  vacuum(): Promise<void> {
    return this.#next(() =>
      this.#parts.commits.pauseWhile(async () => {
        await this.#parts.run([{ sql: "VACUUM" }, { sql: "PRAGMA wal_checkpoint(TRUNCATE)" }]);
      }),
    );
  }

  backup(target: string): Promise<void> {
    return this.#next(async () => {
      const path = resolve(target);
      if (path === this.#parts.path)
        throw new StoreError("conflict", "a backup cannot replace the state file itself");
      const partial = `${path}.partial`;
      try {
        await rm(partial, { force: true });
        ensurePrivateFile(partial);
        await this.#parts.run([{ sql: "VACUUM INTO ?", values: [partial] }]);
        await syncToDisk(partial);
        await rename(partial, path);
        await syncToDisk(dirname(path));
      } catch (cause) {
        // What failed above is what the caller should hear of.
        await rm(partial, { force: true }).catch(() => undefined);
        throw toStoreError(cause);
      }
    });
  }

  /** Resolves when the jobs called so far are over. */
  async idle(): Promise<void> {
    await this.#last;
  }

  #next<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#last.then(job);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function verdict(problems: readonly string[]): Verification {
  return { ok: problems.length === 0, problems };
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
