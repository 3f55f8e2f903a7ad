import { chmod, chown, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { surveyFiles } from "../watch/file-survey.ts";
import { doubtAbout, trustedOwners, type User } from "./file-trust.ts";

const user: User = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
const STRANGER = 12_345;

interface Place extends AsyncDisposable {
  readonly folder: string;
  /** The file that is read, possibly by a link. */
  readonly file: string;
  doubt(): Promise<string | undefined>;
}

/** A file and a folder that the gateway has started with. */
async function place(file = "openclaw.json"): Promise<Place> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "trust-")));
  const path = join(folder, file);
  await writeFile(path, "{}", { mode: 0o600 });
  const owners = trustedOwners(await surveyFiles([path]), user);
  return {
    folder,
    file: path,
    doubt: async () => doubtAbout(await surveyFiles([path, join(folder, ".env")]), { user, owners }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

describe.skipIf(user.uid === -1)("doubtAbout", () => {
  test.each([0o600, 0o644, 0o400])("believes a file of mode %o", async (mode) => {
    await using own = await place();
    await chmod(own.file, mode);
    expect(await own.doubt()).toBeUndefined();
  });

  test("T-CFG-14 doubts a file that everybody may write, and says what to type", async () => {
    await using own = await place();
    await chmod(own.file, 0o666);
    expect(await own.doubt()).toBe(
      `${own.file} can be written by others (mode 0666); run: chmod go-w ${JSON.stringify(own.file)}`,
    );
  });

  test("T-CFG-14 doubts a file in a folder where everybody may put another, unless it is a sticky one", async () => {
    await using own = await place();
    await chmod(own.folder, 0o777);
    expect(await own.doubt()).toMatch(/can be written by others \(mode 0777\)/);
    await chmod(own.folder, 0o1777);
    expect(await own.doubt()).toBeUndefined();
  });

  test("believes a group of our own, as systems make it for each user", async () => {
    await using own = await place();
    await chmod(own.file, 0o660);
    expect(await own.doubt()).toBeUndefined();
  });

  test("T-CFG-14 doubts a link into a folder where everybody may put another file", async () => {
    await using own = await place();
    const open = join(own.folder, "open");
    await mkdir(open);
    await chmod(open, 0o777);
    await writeFile(join(open, "target.json"), "{}", { mode: 0o600 });
    await rm(own.file);
    await symlink(join(open, "target.json"), own.file);
    expect(await own.doubt()).toContain(`${open} can be written by others`);
  });

  test("a file that is not there says nothing", async () => {
    await using own = await place();
    await rm(own.file);
    expect(await own.doubt()).toBeUndefined();
  });
});

describe.skipIf(user.uid !== 0)("doubtAbout, where files can be given away", () => {
  test("T-CFG-14 doubts a file that belongs to somebody else than before", async () => {
    await using own = await place();
    await chown(own.file, STRANGER, STRANGER);
    expect(await own.doubt()).toMatch(
      new RegExp(`belongs to another user \\(uid ${STRANGER}\\); run: chown 0 `),
    );
  });

  test("T-CFG-14 doubts a foreign group that may write", async () => {
    await using own = await place();
    await chown(own.file, 0, STRANGER);
    await chmod(own.file, 0o660);
    expect(await own.doubt()).toMatch(/can be written by others \(mode 0660\)/);
  });

  test("goes on to believe whoever owned the file at the start, as with a folder that a container shares", async () => {
    await using own = await place();
    await chown(own.file, STRANGER, STRANGER);
    const survey = await surveyFiles([own.file]);
    expect(await doubtAbout(survey, { user, owners: trustedOwners(survey, user) })).toBeUndefined();
  });
});
