export { type FakeAnswer, type FakeTools, fakeTools } from "./fake-tools.ts";
