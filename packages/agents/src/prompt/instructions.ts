/** What the model is asked when a session was started over without a first message. */
export const GREETING_INSTRUCTION =
  "A new session was started. Greet the user in one or two sentences and ask what they would like to do.";

/** What the model is asked at every heartbeat unless configured. */
export const HEARTBEAT_INSTRUCTION =
  "Read HEARTBEAT.md if it exists and do what it says. Do not take up tasks of earlier conversations again. " +
  "If nothing needs attention, answer HEARTBEAT_OK.";
