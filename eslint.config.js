import js from "@eslint/js";
import tseslint from "typescript-eslint";

const processGlobals = {
  selector:
    "MemberExpression[object.name='process'][property.name=/^(env|argv|on|once|exit|stdout|stderr|cwd|kill)$/]",
  message:
    "Packages are embeddable: environment, arguments, signals and exit belong to the applications. Take them as options.",
};

export default tseslint.config(
  { ignores: ["**/dist/**", "**/node_modules/**", "**/results/**"] },
  js.configs.recommended,
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "console",
          "require",
          "process",
          "URL",
          "fetch",
          "performance",
          "setTimeout",
          "clearTimeout",
          "setInterval",
          "clearInterval",
          "Buffer",
          "AbortController",
          "AbortSignal",
          "TextDecoder",
          "TextEncoder",
          "setImmediate",
          "structuredClone",
          "crypto",
          // A page's own.
          "document",
          "FormData",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strict],
    languageOptions: {
      parserOptions: { project: ["./tsconfig.test.json"], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "no-undef": "off",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "max-params": ["error", 3],
    },
  },
  {
    files: ["packages/**/src/**/*.ts"],
    ignores: ["**/*.test.ts", "**/testing/**"],
    rules: {
      "no-console": "error",
      "no-restricted-syntax": ["error", processGlobals],
    },
  },
  {
    files: ["**/*.test.ts", "**/testing/**", "tests/**/*.ts"],
    rules: {
      "max-params": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-empty-function": "off",
    },
  },
);
