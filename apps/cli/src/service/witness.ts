import { readFile } from "node:fs/promises";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import type { StartWitness, StopWitness } from "@openclaw/service";

import { type Host, inspectPort } from "../local/port-usage.ts";
import { readFields } from "../read-fields.ts";

const ASK_MS = 1_000;
const MAX_CHARS = 4_096;

/**
 * Sees for itself whether the gateway on a port of this machine has started or gone.
 *
 * @param lockPath its lock, for a gateway that does not listen on 127.0.0.1
 */
export function witnessOf(host: Host, port: number, lockPath: string): StartWitness & StopWitness {
  return {
    sleep: (ms) => sleep(ms),
    now: () => performance.now(),
    bootId: async () => (await askBootId(port)) ?? (await claimedBootId(lockPath, port)),
    isAlive,
    listener: async () => {
      const { status, listeners } = await inspectPort(host, port);
      return listeners[0]?.pid ?? status === "busy";
    },
  };
}

/** Boot id of the gateway that answers on a port: no credentials are needed for it. */
export function askBootId(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, path: "/healthz", timeout: ASK_MS, agent: false };
    const request = get(options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body = `${body}${part}`.slice(0, MAX_CHARS)));
      response.on("end", () => {
        const { instanceId } = fieldsOf(body);
        resolve(typeof instanceId === "string" ? instanceId : undefined);
      });
      response.on("error", () => resolve(undefined));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
  });
}

/** What a gateway that cannot be asked on 127.0.0.1 has written about itself. */
async function claimedBootId(lockPath: string, port: number): Promise<string | undefined> {
  const text = await readFile(lockPath, "utf8").catch(() => "");
  const claim = fieldsOf(text);
  const { instanceId } = claim;
  return claim.isAskable === false && claim.port === port && typeof instanceId === "string"
    ? instanceId
    : undefined;
}

function fieldsOf(text: string): ReturnType<typeof readFields> {
  try {
    return readFields(JSON.parse(text));
  } catch {
    return {};
  }
}

// A process that has ended but was not collected yet is gone for all that matters.
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const state = stat.slice(stat.lastIndexOf(")") + 2).charAt(0);
  return stat !== "" && state !== "Z" && state !== "X";
}
