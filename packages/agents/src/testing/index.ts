// Stores.
export { createMemoryStore, type MemoryStore } from "./memory-store.ts";
export {
  agentStoreContract,
  sampleEntry,
  sampleLine,
  sampleRun,
  type ContractCase,
} from "./store-contract.ts";
