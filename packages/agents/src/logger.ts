/** Where messages of this package go. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;
