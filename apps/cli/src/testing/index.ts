// Running command lines inside a test
export { createTestHome, type CommandResult, type ProcessFacts, type TestHome } from "./command-line.ts";
export { freePort } from "./gateway.ts";
export type { ListedCommand, ListedOption } from "../command-tree.ts";

// What a doctor finds, and what its repairs touch
export { changedFiles, filesBelow, type DiagnosisJson } from "./doctor.ts";
