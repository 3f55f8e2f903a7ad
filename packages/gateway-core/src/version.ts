/** Version of the product; every package carries the same. A test compares it with package.json. */
export const GATEWAY_VERSION = "2026.11.0";
