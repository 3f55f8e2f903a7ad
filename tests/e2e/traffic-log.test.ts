import { expect, test } from "vitest";
import { TemporaryUser, waitFor } from "../support/gateway-process.ts";
import { RawSocket } from "../support/raw-socket.ts";

/** The lines of the traffic log, with what differs from run to run left out. */
function trafficLines(output: string): string[] {
  return output
    .split("\n")
    .flatMap((line) => /^\S+ \[ws\] (.*)$/.exec(line)?.[1] ?? [])
    .filter((line) => !line.includes(" event tick "))
    .map((line) =>
      line
        .replace(/conn=[0-9a-f]{8}…[0-9a-f]{4}/, "conn=*")
        .replace(/ \d+ms/, " *ms")
        .replace(
          /(methods|events|presence|stateVersion|presenceVersion|healthVersion|durationMs)=\d+/g,
          "$1=*",
        ),
    );
}

/** A client asks twice, once for what there is not, and says what is no frame. */
async function talk(url: string, token: string): Promise<RawSocket> {
  const socket = await RawSocket.open(url);
  const client = { id: "cli", version: "dev", platform: "linux", mode: "cli" };
  const about = { minProtocol: 3, maxProtocol: 3, role: "operator", scopes: [] };
  await socket.connect({ ...about, client, auth: { token } });
  await socket.request("r1", "health");
  await socket.request("r2", "no.such");
  socket.send("not json");
  return socket;
}

const NO_SUCH = "(unknown) *ms errorCode=INVALID_REQUEST errorMessage=missing scope: operator.admin";
const CLOSE =
  "→ close code=1006 durationMs=* handshake=connected lastFrameType=req lastFrameMethod=(unknown) lastFrameId=r2";

test.each([
  [
    "only what was refused",
    [],
    [`⇄ res ✗ ${NO_SUCH} conn=* id=r2`, "✗ parse-error error=the message is no JSON conn=*"],
  ],
  [
    "one line for each call with --verbose",
    ["--verbose"],
    [
      "← open remoteAddr=127.0.0.1 conn=*",
      "← connect client=cli version=dev mode=cli clientId=cli platform=linux auth=token",
      "→ hello-ok methods=* events=* presence=* stateVersion=*",
      "→ event health seq=1 clients=1 presenceVersion=* healthVersion=*",
      "⇄ res ✓ health *ms id=r1",
      `⇄ res ✗ ${NO_SUCH} id=r2`,
      "→ parse-error error=the message is no JSON",
      CLOSE,
    ],
  ],
  [
    "one line for each frame with --ws-log full",
    ["--verbose", "--ws-log", "full"],
    [
      "← open remoteAddr=127.0.0.1 conn=*",
      "← connect client=cli version=dev mode=cli clientId=cli platform=linux auth=token conn=*",
      "→ hello-ok methods=* events=* presence=* stateVersion=* conn=*",
      "→ event health seq=1 clients=1 presenceVersion=* healthVersion=*",
      "← req health conn=* id=r1",
      "→ res ✓ health *ms conn=* id=r1",
      "← req (unknown) conn=* id=r2",
      `→ res ✗ ${NO_SUCH} conn=* id=r2`,
      "→ parse-error error=the message is no JSON conn=*",
      `${CLOSE} conn=*`,
    ],
  ],
])("the log of the traffic has %s", async (_, args, expected) => {
  await using user = await TemporaryUser.create();
  const { url, token, output } = await user.startGateway({ args });
  const socket = await talk(url, token);
  await waitFor(output, /parse-error/);
  socket.close();
  const isComplete = args.length > 0;
  if (isComplete) await waitFor(output, / close code=/);
  // On a busy machine an answer may be slow enough for a line of its own.
  const isTold = (line: string) => isComplete || !line.includes(" res ✓ ");
  expect(trafficLines(output.text).filter(isTold)).toEqual(expected);
});
