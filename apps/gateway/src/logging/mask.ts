/** Stands for a secret of which nothing may be seen. */
export const MASK = "***";

const SHORT = 18;

/** What stays visible of a secret: nothing of a short one, both ends of a long one. */
export function mask(secret: string): string {
  return secret.length < SHORT ? MASK : `${secret.slice(0, 6)}…${secret.slice(-4)}`;
}

/** Whether another pattern has been here before. */
export function isMasked(text: string): boolean {
  return text === MASK || text.includes("…");
}
