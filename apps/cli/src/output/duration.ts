const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `90s`, `10m`, `2h`, `1d`, `500ms` (or combinations such as `1h30m`) as milliseconds. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text.trim()) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit as keyof typeof UNITS], 0);
}

/** An age as people say it: `just now`, `5m ago`, `3h ago`, `2d ago`. */
export function formatAge(ageMs: number): string {
  if (ageMs < UNITS.m) return "just now";
  if (ageMs < UNITS.h) return `${Math.floor(ageMs / UNITS.m)}m ago`;
  if (ageMs < UNITS.d) return `${Math.floor(ageMs / UNITS.h)}h ago`;
  return `${Math.floor(ageMs / UNITS.d)}d ago`;
}
