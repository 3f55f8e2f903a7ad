// Second half of `npm start`: the dev profile in the foreground, as `openclaw --dev gateway --allow-unconfigured`.
// In this very process, so that Ctrl-C and signals reach the gateway and its exit code is ours.
process.argv.splice(2, 0, "--dev", "gateway", "--allow-unconfigured");
await import("../apps/cli/bin/openclaw.js");
