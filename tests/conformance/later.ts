/**
 * Recordings of parts the product does not have yet, with what they wait for. `*` stands for any text. A recording that
 * is listed here is not played; one that is listed nowhere must go as recorded.
 */
export const LATER: Readonly<Record<string, string>> = {};
