import { readFile } from "node:fs/promises";

/** Name of a user id, or `uid <n>` when the system does not tell. */
export async function userName(uid: number): Promise<string> {
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  const entry = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find((fields) => fields[2] === String(uid));
  return entry?.[0] ?? `uid ${uid}`;
}
