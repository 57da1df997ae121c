// A static server on this machine, which also hears what its pages print.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

/** What the browser that is driven shows all the time: pages are opened in its frame, one after the other. */
const RUNNER = `<!doctype html><title>Examples</title><iframe></iframe>
<script>new EventSource("/orders").onmessage = ({ data }) => { document.querySelector("iframe").src = data; };</script>`;

/** Starts one; `close` ends it. */
export async function startServer() {
  const sites = [];
  let orders = null;
  let listener = null;

  const http = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/runner") {
      response.writeHead(200, { "content-type": TYPES[".html"] }).end(RUNNER);
    } else if (pathname === "/capture.js") {
      response.writeHead(200, { "content-type": TYPES[".js"] }).end(await captureScript());
    } else if (pathname === "/orders") {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" }).flushHeaders();
      orders?.arrived(response);
    } else if (pathname === "/report") {
      let body = "";
      for await (const chunk of request) body += chunk;
      response.writeHead(204).end();
      listener?.(JSON.parse(body));
    } else {
      await answerFile(sites, pathname, response);
    }
  });
  http.listen(0, "127.0.0.1");
  await new Promise((resolve) => http.once("listening", resolve));
  const address = `http://127.0.0.1:${http.address().port}`;

  /** The script that pages and workers load before an example. */
  async function captureScript() {
    return `const REPORT = ${JSON.stringify(`${address}/report`)};\n${await readFile(new URL("capture.js", import.meta.url), "utf8")}`;
  }

  return {
    address,
    captureScript,
    /** Serves a folder, with these headers, below an address of its own. */
    serve(folder, headers = {}) {
      sites.push({ prefix: `/site-${sites.length}/some/where/`, folder, headers });
      return address + sites.at(-1).prefix;
    },
    /** Waits for a browser that opens `/runner`. */
    browserArrives: () => new Promise((arrived) => (orders = { arrived })),
    /** Hands what pages tell to a function. */
    listen: (to) => (listener = to),
    close() {
      http.closeAllConnections();
      http.close();
    },
  };
}

async function answerFile(sites, pathname, response) {
  const site = sites.find(({ prefix }) => pathname.startsWith(prefix));
  const file = site && normalize(join(site.folder, pathname.slice(site.prefix.length)));
  const bytes = file?.startsWith(site.folder) ? await readFile(file).catch(() => null) : null;
  if (bytes === null) response.writeHead(404).end();
  else response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...site.headers }).end(bytes);
}
