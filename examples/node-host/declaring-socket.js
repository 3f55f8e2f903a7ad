import { openNodeSocket } from "@openclaw/client/node";

// A node says in its connect what it can do. The client leaves what it sends to the socket, so this one adds it.
export const declaring = (commands) => (url, listener) => {
  const socket = openNodeSocket(url, listener);
  return {
    ...socket,
    send: (text) => {
      const frame = JSON.parse(text);
      if (frame.method === "connect") frame.params.commands = commands;
      socket.send(JSON.stringify(frame));
    },
  };
};
