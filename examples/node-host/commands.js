import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";

// Commands this machine offers: name to function of the params. Harmless ones; nothing here starts a program.
export const COMMANDS = {
  // Where programs are: { bins: ["ls"] } gives { bins: { ls: "/bin/ls" } }, without those that are nowhere.
  "system.which": async ({ bins = [] }) => {
    const found = await Promise.all(bins.map(async (bin) => [bin, await find(String(bin))]));
    return { bins: Object.fromEntries(found.filter(([, path]) => path !== undefined)) };
  },
  // Shows a message to whoever sits at this machine.
  "system.notify": async ({ title = "Message", body = "" }) => {
    console.log(`${title}: ${body}`);
    return { shown: true };
  },
};

async function find(bin) {
  if (!/^[\w.+-]+$/.test(bin)) return undefined;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, bin);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
