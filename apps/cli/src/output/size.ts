const UNITS = ["bytes", "KB", "MB", "GB", "TB"] as const;

/** A size as people say it: `0 bytes`, `812 bytes`, `1.5 KB`, `20 MB`; a KB has 1024 bytes, as in the configuration. */
export function formatSize(bytes: number): string {
  const step = UNITS.findIndex((_, index) => bytes < 1_024 ** (index + 1));
  const power = step < 0 ? UNITS.length - 1 : step;
  const amount = bytes / 1_024 ** power;
  return `${power === 0 || amount >= 10 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[power] ?? ""}`;
}
