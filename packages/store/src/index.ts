// Opening the state file.
export { openStore, type OpenStoreOptions } from "./open-store.ts";
export { checkStore, type StoreCheck } from "./check-store.ts";
export type { Recovery, Store } from "./store.ts";
export type { AuditQuery, AuditRecord, AuditStore } from "./audit/audit-store.ts";
export type { SettingStore } from "./settings/setting-store.ts";

// What it reports.
export { STORE_ERROR_CODES, StoreError, type StoreErrorCode } from "./errors.ts";
export type { Verification } from "./maintenance.ts";
export type { TransactionReport } from "./sqlite/group-commit.ts";
