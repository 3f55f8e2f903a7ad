import { defineConfig } from "vitest/config";

// Tests run our packages from source: no build stands between an edit and its test.
const conditions = ["@openclaw/source", "node", "import", "module", "default"];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  ...shared,
  test: {
    env: { TZ: "UTC" },
    projects: [
      {
        ...shared,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts"],
          env: { TZ: "UTC" },
        },
      },
      {
        ...shared,
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["packages/*/src/**/*.test-d.ts"],
            tsconfig: "tsconfig.test.json",
          },
        },
      },
      {
        ...shared,
        test: {
          name: "conformance",
          include: ["tests/conformance/**/*.test.ts"],
          testTimeout: 60_000,
          env: { TZ: "UTC" },
        },
      },
      {
        ...shared,
        test: {
          name: "e2e",
          include: ["tests/{e2e,regressions,chaos,threats}/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          env: { TZ: "UTC" },
        },
      },
    ],
  },
});
