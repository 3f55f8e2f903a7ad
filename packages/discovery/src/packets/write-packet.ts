import {
  AUTHORITATIVE_ANSWER,
  encode,
  type Question,
  type SrvAnswer,
  type StringAnswer,
  type TxtAnswer,
} from "dns-packet";

/** A record we send. */
export type OwnRecord = StringAnswer | SrvAnswer | TxtAnswer;
/** Something we want to know. */
export type OwnQuestion = Question;

/** A query. @param claims what we are about to call ours */
export function writeQuery(questions: readonly OwnQuestion[], claims: readonly OwnRecord[] = []): Buffer {
  return encode({ type: "query", questions: [...questions], authorities: [...claims] });
}

/** What we tell everybody. */
export function writeResponse(answers: readonly OwnRecord[]): Buffer {
  return encode({ type: "response", flags: AUTHORITATIVE_ANSWER, answers: [...answers] });
}
