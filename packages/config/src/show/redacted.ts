/** Stands in for every hidden value. */
export const REDACTED = "__OPENCLAW_REDACTED__";
