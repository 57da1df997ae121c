// Runs the program `scripts-in-wasm` in headless Chromium: node chromium.mjs scripts-in-wasm.wasm
// The page sends what the program writes back to this server, line by line, and at last how it ended.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env, exit } from "node:process";

const [, , path] = argv;
if (path === undefined) {
    console.error("which program? node chromium.mjs scripts-in-wasm.wasm");
    exit(2);
}
const chromium = env.CHROME ?? "chromium";
// Far beyond what the run takes: a browser that hangs must not hang the tests.
const LIMIT = 20 * 60 * 1000;

const PAGE = `<!doctype html><title>The official scripts</title>
<script type="module">
  const worker = new Worker("worker.js", { type: "module" });
  worker.onmessage = ({ data }) => fetch(data.end === undefined ? "line" : "end", { method: "POST", body: data.line ?? data.end });
  worker.onerror = (error) => fetch("end", { method: "POST", body: error.message });
</script>`;

const files = new Map([
    ["/", ["text/html", PAGE]],
    ["/worker.js", ["text/javascript", await readFile(new URL("worker.js", import.meta.url))]],
    ["/wasi.mjs", ["text/javascript", await readFile(new URL("wasi.mjs", import.meta.url))]],
    ["/program.wasm", ["application/wasm", await readFile(path)]],
]);

const profile = await mkdtemp(join(tmpdir(), "flight-chromium-"));
const server = createServer(answer).listen(0, "127.0.0.1", () => {
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", `--user-data-dir=${profile}`];
    const url = `http://127.0.0.1:${server.address().port}/`;
    browser = spawn(chromium, [...flags, url], { stdio: "ignore" });
    browser.on("error", (error) => end(`${chromium} cannot be run: ${error.message}`));
});
let browser;
setTimeout(() => end("the time is up"), LIMIT);

async function answer(request, response) {
    if (request.method === "POST") {
        const body = Buffer.concat(await request.toArray()).toString();
        response.end();
        if (request.url === "/line") console.log(body);
        else await end(body);
        return;
    }
    const [type, content] = files.get(request.url) ?? ["text/plain", ""];
    response.writeHead(files.has(request.url) ? 200 : 404, { "content-type": type }).end(content);
}

/** `how` is "0" if all passed, another exit code, or what went wrong in words. */
async function end(how) {
    browser?.kill();
    if (!/^\d+$/.test(how)) console.error(how);
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => {});
    exit(how === "0" ? 0 : 1);
}
