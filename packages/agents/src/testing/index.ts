// Stores.
export { createMemoryStore, type MemoryStore } from "./memory-store.ts";
export { sampleEntry, sampleLine, sampleRun } from "./samples.ts";
export { agentStoreContract, type ContractCase } from "./store-contract.ts";

// Models.
export {
  fails,
  hangs,
  says,
  scriptedModel,
  type ScriptedCall,
  type ScriptedModel,
} from "./scripted-model.ts";

// Everything together.
export { startTestAgents, type TestAgents, type TestAgentsOptions } from "./test-agents.ts";
