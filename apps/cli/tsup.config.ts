import { application } from "../../tsup.base.ts";

// Bundled from our packages' sources, so that a command loads only the modules it uses.
export default {
  ...application(["src/main.ts"], { splitting: true }),
  esbuildOptions: (options: { conditions?: string[] }) => {
    options.conditions = ["@openclaw/source", "module"];
  },
};
