import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript" };

// Serves this folder's page; any other web server does as well.
const server = createServer(async (request, response) => {
  const path = normalize(request.url === "/" ? "/index.html" : new URL(request.url, "http://page").pathname);
  const type = TYPES[path.slice(path.lastIndexOf("."))];
  const file = join(import.meta.dirname, path);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!type || !isThere) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": type });
  createReadStream(file).pipe(response);
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`open http://127.0.0.1:${server.address().port}`);
});
process.once("SIGINT", () => server.close());
