import { readFileSync } from "node:fs";
import { join } from "node:path";

import ts from "typescript";

const root = join(import.meta.dirname, "../..");
const DOCUMENT = join(root, "docs/command-output.md");
const VALUES = join(root, "tests/support/printed-values.ts");

/** What `docs/command-output.md` says that a command prints. */
export interface DocumentedAnswer {
  /** A type made of the document's own. */
  readonly type: string;
  /** One value a line instead of one value. */
  readonly isLines: boolean;
}

/** Every row of the table of commands, by the words that name the command. */
export function documentedAnswers(): ReadonlyMap<string, DocumentedAnswer> {
  const rows = section("Commands").matchAll(/^\| `([a-z -]+)` +\| (answer of )?`([^`]+)`(.*)\|$/gm);
  return new Map(
    [...rows].map(([, command = "", isAnswer, type = "", rest = ""]) => [
      command,
      { type: isAnswer === undefined ? type : `Answers["${type}"]`, isLines: rest.includes("one a line") },
    ]),
  );
}

/** A value that was printed, and what it should be. */
export interface PrintedValue {
  /** Where it comes from; part of what is said about it. */
  readonly from: string;
  readonly type: string;
  /** JSON. */
  readonly text: string;
}

/** Compares values with the types of the document. */
export interface DocumentedTypes {
  /** One line for each value that is not what the document says; keys that it does not know count as wrong, too. */
  undocumented(values: readonly PrintedValue[]): string[];
}

/** Reads the types of the document. JSON is TypeScript, so the compiler does all the work. */
export function documentedTypes(): DocumentedTypes {
  const declarations = [
    'import type { Methods } from "@openclaw/client";',
    'type Answers = { [M in keyof Methods]: Methods[M]["result"] };',
    ...[...readFileSync(DOCUMENT, "utf8").matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, block]) => block),
  ];
  // Everything but the values is read once.
  let program: ts.Program | undefined;
  return {
    undocumented: (values) => {
      const constants = values.map(
        ({ type, text }, index) => `export const value${index}: ${type} = ${text.trim()};`,
      );
      program = programOf([...declarations, ...constants].join("\n"), program);
      const source = program.getSourceFile(VALUES);
      const starts = constants.map((_, index) => source?.text.indexOf(`export const value${index}:`) ?? 0);
      return ts.getPreEmitDiagnostics(program, source).map(({ start = 0, messageText }) => {
        const value = values[starts.findLastIndex((at) => at <= start)];
        return `${value?.from ?? "the document"}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
      });
    },
  };
}

function section(heading: string): string {
  const text = readFileSync(DOCUMENT, "utf8");
  return text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
}

// A file that is nowhere, among those that are: it imports what its folder can.
function programOf(text: string, before: ts.Program | undefined): ts.Program {
  const { config } = ts.readConfigFile(join(root, "tsconfig.test.json"), ts.sys.readFile) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => name === VALUES || fileExists(name);
  host.readFile = (name) => (name === VALUES ? text : readFile(name));
  host.getSourceFile = (name, version, ...rest) =>
    name === VALUES
      ? ts.createSourceFile(name, text, version, true)
      : (before?.getSourceFile(name) ?? getSourceFile(name, version, ...rest));
  return ts.createProgram([VALUES], options, host, before);
}
