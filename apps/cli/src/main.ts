import { isVersionRequest, VERSION } from "./version.ts";

// Node opens its debugger on SIGUSR1; a gateway that is still being loaded may be sent one already.
process.on("SIGUSR1", () => undefined);

// The version is asked for in scripts and prompts: nothing else is loaded for it.
if (isVersionRequest(process.argv.slice(2))) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runProcess } = await import("./process/run-process.ts");
  await runProcess();
}
