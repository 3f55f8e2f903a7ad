/** Local ISO time with offset, e.g. `2026-11-22T13:50:44.980+01:00`; text that is no time stays as it is. */
export function localIso(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const offset = -date.getTimezoneOffset();
  const shifted = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  const sign = offset < 0 ? "-" : "+";
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `${shifted}${sign}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
