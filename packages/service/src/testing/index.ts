export { type ChildListener, childListener } from "./child-listener.ts";
export { type FakeAnswer, type FakeTools, fakeTools } from "./fake-tools.ts";
