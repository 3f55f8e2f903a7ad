const FINAL_TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const NOTHING = Buffer.alloc(0);

/** A text; or one of which the first part, which many messages share, is encoded already. */
export type Message = string | readonly [encoded: Buffer, rest: string];

/**
 * A whole text message of a WebSocket as one unmasked frame in one piece (RFC 6455 §5.2). ws gives its socket the header
 * and the text one by one, and the kernel's way of taking two pieces costs a broadcast more than copying them together.
 */
export function textFrame(message: Message): Buffer {
  const [encoded, rest] = typeof message === "string" ? [NOTHING, message] : message;
  const length = encoded.length + Buffer.byteLength(rest);
  const header = length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FINAL_TEXT;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = LENGTH_16;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = LENGTH_64;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(encoded, header);
  frame.write(rest, header + encoded.length, "utf8");
  return frame;
}
