/** The fields of an open object; none for anything else. Connectors add their own, so nothing is known about them. */
export function readFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
