import { principalKey } from "@openclaw/auth";
import type { AuditEntry, AuditPage } from "@openclaw/protocol";
import type { Caller } from "@openclaw/rpc-server";
import { type AuditQuery, type AuditStore, StoreError } from "@openclaw/store";
import type { Logger } from "../options.ts";

/** What is written down. */
export type AuditNote = Omit<AuditEntry, "id" | "ts">;

/** Who did what that matters for security. */
export interface AuditLog {
  /** Writes something down, as soon as the state is open; nobody waits for it. */
  note(note: AuditNote): void;
  list(query: AuditQuery): Promise<AuditPage>;
}

export interface AuditLogOptions {
  /** Undefined before the state is open. */
  readonly store: () => AuditStore | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  readonly logger: Logger;
}

/** Longest text of a field: some are what strangers say of themselves. */
const MOST_CHARS = 300;

/** Docs: protocol.md#audit */
export function createAuditLog({ store, now, logger }: AuditLogOptions): AuditLog {
  return {
    note: (note) => {
      const cut = Object.entries(note).map(([name, value]) => [name, value.slice(0, MOST_CHARS)] as const);
      // The rest of a note is texts, too.
      const record = { ts: now(), kind: note.kind, ...Object.fromEntries(cut) };
      store()
        ?.append(record)
        .catch((error: unknown) => {
          // Nobody is let in or changes anything any more then.
          if (error instanceof StoreError && error.code === "closed") return;
          logger.warn("audit entry not written", { kind: note.kind, error });
        });
    },
    list: async (query) => {
      // Only notes are ever written there.
      const entries = (await store()?.list(query)) as readonly AuditEntry[] | undefined;
      const last = entries?.at(-1);
      const isFull = entries?.length === query.limit;
      return { entries: entries ?? [], ...(isFull && last !== undefined && { cursor: last.id }) };
    },
  };
}

/** Who calls, as an entry has it. */
export function auditCaller({ connection: { grant, peer } }: Caller): Pick<AuditNote, "actor" | "address"> {
  return { actor: principalKey(grant.principal), address: peer.clientIp };
}
