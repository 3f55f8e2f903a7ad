// Running command lines inside a test
export { createTestHome, type CommandResult, type ProcessFacts, type TestHome } from "./command-line.ts";
export { freePort } from "./gateway.ts";
export type { ListedCommand, ListedOption } from "../command-tree.ts";
