import { application } from "../../tsup.base.ts";

// Bundled from our packages' sources, so that a command loads only the modules it uses. The gateway is a program of its
// own, imported by name when it is to run.
export default {
  ...application(["src/main.ts"], { splitting: true }),
  noExternal: [/^(?!@openclaw\/gateway$)/],
  esbuildOptions: (options: { conditions?: string[] }) => {
    options.conditions = ["@openclaw/source", "module"];
  },
};
