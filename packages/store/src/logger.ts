/** Where the store reports what an operator should know. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;
