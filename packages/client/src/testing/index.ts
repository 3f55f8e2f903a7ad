// A gateway that answers from a script, for tests of programs that use the client.
export {
  startScriptedGateway,
  type ScriptedCall,
  type ScriptedGateway,
  type ScriptedMethod,
  type ScriptedPeer,
  type Script,
} from "./scripted-gateway.ts";
export { helloOk } from "./hello.ts";
