/** Whether a key would reach an object's prototype instead of its data (T-CFG-01). */
export function isForbiddenKey(key: string): boolean {
  return key === "__proto__" || key === "constructor" || key === "prototype";
}
