import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";

import { createTestHome, freePort, type CommandResult, type TestHome } from "@openclaw/cli/testing";

import { TemporaryUser } from "../../support/gateway-process.ts";
import type { Place } from "./row.ts";

/** Every place that commands are run at, around one gateway. */
export interface Places extends AsyncDisposable {
  run(place: Place, words: readonly string[]): Promise<CommandResult>;
  /** Of the gateway. */
  readonly url: string;
  readonly token: string;
}

/** Starts the gateway and gets everything ready. */
export async function openPlaces(): Promise<Places> {
  const user = await TemporaryUser.create();
  const { port, token, url } = await user.startGateway();
  const silence = await listenSilently();
  const free = await freePort();
  const local = (own: number) => ({ gateway: { mode: "local", port: own, auth: { mode: "token", token } } });
  const remote = (rest: object) => ({ gateway: { mode: "remote", port: free, remote: rest } });
  const stranger = await homeWith(local(port));
  const homes: Readonly<Record<Place, TestHome>> = {
    gateway: await homeWith(undefined),
    stranger,
    "wrong token": stranger,
    nobody: await homeWith(local(free)),
    silence: await homeWith(local(silence.port)),
    invalid: await homeWith('{ gateway: { port: "many", bogus: 1 } }'),
    nothing: await homeWith(undefined),
    remote: await homeWith(remote({ url, token })),
    "no remote": await homeWith(remote({})),
  };
  const state = join(user.home, ".openclaw-dev");
  const environments: Partial<Record<Place, Record<string, string>>> = {
    gateway: {
      OPENCLAW_STATE_DIR: state,
      OPENCLAW_CONFIG_PATH: join(state, "openclaw.json"),
      OPENCLAW_GATEWAY_PORT: String(port),
    },
    "wrong token": { OPENCLAW_GATEWAY_TOKEN: "wrong" },
    // The file says nothing that can be used; somebody may listen on the default port.
    invalid: { OPENCLAW_GATEWAY_PORT: String(free) },
  };
  return {
    url,
    token,
    run: (place, words) => homes[place].openclaw(words, { env: environments[place] ?? {} }),
    [Symbol.asyncDispose]: async () => {
      silence.close();
      await Promise.all([...new Set(Object.values(homes))].map((home) => home[Symbol.asyncDispose]()));
      await user[Symbol.asyncDispose]();
    },
  };
}

async function homeWith(config: unknown): Promise<TestHome> {
  const home = await createTestHome();
  if (config !== undefined) await home.configure(config);
  return home;
}

async function listenSilently(): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, close };
}
