// Runs the benchmark compiled to WebAssembly in a headless browser, in a worker of a page:
// node browser.mjs chromium|firefox BROWSER bench.wasm GUESTS [ARGUMENT…]
// The page sends what the benchmark writes back to this server, and at last how it ended.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, exit } from "node:process";

const [, , kind, browserPath, program, guests, ...rest] = argv;
if (guests === undefined) {
    console.error("error: what is to be run? node browser.mjs KIND BROWSER bench.wasm GUESTS [ARGUMENT…]");
    exit(2);
}
// Far beyond what a run takes: a browser that hangs must not hang the benchmark.
const LIMIT = 60 * 60 * 1000;

const PAGE = `<!doctype html><title>Flight's benchmark</title>
<script type="module">
  let sent = Promise.resolve();
  const send = (path, body) => { sent = sent.then(() => fetch(path, { method: "POST", body })); };
  const worker = new Worker("worker.mjs", { type: "module" });
  worker.onmessage = ({ data: { descriptor, lines, end } }) => send(end === undefined ? \`line\${descriptor}\` : "end", end ?? lines);
  worker.onerror = (error) => send("end", error.message);
</script>`;

const WORKER = `import { measure } from "./measure.mjs";
const write = (lines, descriptor) => postMessage({ lines, descriptor });
try {
  const load = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
  const args = await (await fetch("args")).json();
  const [bytes, input] = [await load("program.wasm"), await load("guests")];
  if (args.includes("--record")) write("@host\\t" + navigator.userAgent.match(/(Firefox|Chrome)\\/[\\d.]+/)[0].replace("/", " "), 1);
  postMessage({ end: String(await measure({ bytes, args, input, write })) });
} catch (error) {
  postMessage({ end: String(error) });
}`;

const script = (path) => readFile(new URL(path, import.meta.url));
const files = new Map([
    ["/bench/", ["text/html", PAGE]],
    ["/bench/worker.mjs", ["text/javascript", WORKER]],
    ["/bench/measure.mjs", ["text/javascript", await script("measure.mjs")]],
    ["/scripts-in-wasm/wasi.mjs", ["text/javascript", await script("../scripts-in-wasm/wasi.mjs")]],
    ["/bench/args", ["application/json", JSON.stringify(guests === "-" ? rest : ["--guests", ...rest])]],
    ["/bench/guests", ["application/octet-stream", guests === "-" ? "" : await readFile(guests)]],
    ["/bench/program.wasm", ["application/wasm", await readFile(program)]],
]);

// Only a page that is isolated from others is told the time with more than a tenth of a millisecond.
const HEADERS = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

const profile = await mkdtemp(join(tmpdir(), `flight-${kind}-`));
let browser;
const server = createServer(answer).listen(0, "127.0.0.1", async () => {
    const url = `http://127.0.0.1:${server.address().port}/bench/`;
    browser = spawn(browserPath, [...(await flags()), url], { stdio: "ignore" });
    browser.on("error", (error) => end(`${browserPath} cannot be run: ${error.message}`));
    browser.on("exit", () => end(`${browserPath} has ended by itself`));
});
setTimeout(() => end("the time is up"), LIMIT);

/** What keeps a browser without a window from asking, updating, and looking for others of its kind. */
async function flags() {
    if (kind === "firefox") {
        const settings = {
            "browser.shell.checkDefaultBrowser": false,
            "browser.aboutwelcome.enabled": false,
            "datareporting.policy.dataSubmissionEnabled": false,
            "app.normandy.enabled": false,
            "network.captive-portal-service.enabled": false,
            "toolkit.telemetry.enabled": false,
            // A page that works for minutes is what is wanted here.
            "dom.max_script_run_time": 0,
        };
        const lines = Object.entries(settings).map(([name, value]) => `user_pref("${name}", ${value});\n`);
        await writeFile(join(profile, "user.js"), lines.join(""));
        return ["--headless", "--no-remote", "--profile", profile];
    }
    return ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", `--user-data-dir=${profile}`];
}

async function answer(request, response) {
    if (request.method === "POST") {
        const body = Buffer.concat(await request.toArray()).toString();
        response.end();
        if (request.url === "/bench/end") await end(body);
        else if (request.url === "/bench/line2") console.error(body);
        else console.log(body);
        return;
    }
    const [type, content] = files.get(request.url) ?? ["text/plain", ""];
    response.writeHead(files.has(request.url) ? 200 : 404, { "content-type": type, ...HEADERS }).end(content);
}

/** `how` is an exit code, or what went wrong in words. */
async function end(how) {
    browser?.removeAllListeners("exit");
    browser?.kill();
    if (!/^\d+$/.test(how)) console.error(`error: ${how}`);
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => {});
    exit(/^\d+$/.test(how) ? Number(how) : 1);
}
