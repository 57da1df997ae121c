/**
 * What the tests of the page share: the built page behind a small static server, and Chromium.
 * The page is served from a folder several levels deep, so that an absolute address in it would fail.
 */
import assert from "node:assert/strict";
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const DIST = process.env.FLIGHT_DIST ?? fileURLToPath(new URL("../dist", import.meta.url));
const PREFIX = "/some/where/deep/";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".wasm": "application/wasm" };

let server;
let browser;
export let address = "";

/** Starts server and browser before the tests of a file, and ends them after. */
export function useBrowser() {
  before(async () => {
    assert.ok(existsSync(join(DIST, "index.html")), `${DIST} is empty: build the page first (npm run build)`);
    server = createServer(answer).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    address = `http://127.0.0.1:${server.address().port}${PREFIX}`;
    browser = await chromium.launch({
      executablePath: process.env.CHROME ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });
}

function answer(request, response) {
  const path = new URL(request.url, "http://localhost").pathname;
  const file = path.startsWith(PREFIX) ? normalize(join(DIST, path.slice(PREFIX.length) || "index.html")) : "";
  if (!file.startsWith(DIST) || !existsSync(file) || statSync(file).isDirectory()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
}

/** Opens the page in a browser that has never seen it, and waits until it is ready to step. */
export async function openPage({ width = 1440, height = 900, url = address, ...context } = {}) {
  const page = await (await browser.newContext({ viewport: { width, height }, ...context })).newPage();
  page.problems = [];
  page.requests = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
  page.on("request", (request) => page.requests.push(request.url()));
  await page.goto(url);
  await phase(page, "Paused");
  return page;
}

/** Closes a page; nothing may have gone wrong in it. */
export async function closePage(page) {
  assert.deepEqual(page.problems, [], "errors on the console");
  await page.context().close();
}

/** Runs a test's body on a fresh page. */
export function onPage(body, options) {
  return async () => {
    const page = await openPage(options);
    await body(page);
    await closePage(page);
  };
}

/** Waits until what a function says satisfies a check; says what it was last if that never comes. */
export async function until(read, accept, patience = 5000) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    if (Date.now() > end) assert.fail(`still ${JSON.stringify(value)} after ${patience} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function becomes(read, expected, patience) {
  await until(read, (value) => JSON.stringify(value) === JSON.stringify(expected), patience).catch(async () => {
    assert.deepEqual(await read(), expected);
  });
}

export const region = (page, name) => page.getByRole("region", { name, exact: true });
export const button = (page, name) => page.getByRole("button", { name, exact: true });

export async function phase(page, expected) {
  await becomes(async () => (await page.locator(".phase").textContent()) ?? "", expected, 10000);
}

/** The time line's time. */
export async function time(page) {
  return Number((await page.locator(".time-now").textContent()).replace(/\s/g, ""));
}

/** Presses a button and waits until the machine has moved. */
export async function press(page, name) {
  const before = await time(page);
  await button(page, name).click();
  await until(() => time(page), (now) => now !== before);
}

/** The operands as the value stack shows them, newest first. */
export const stack = (page) => region(page, "Value stack").locator(".card:not(.gone) > .value").allTextContents();
export const ghosts = (page) => region(page, "Value stack").locator(".card > .ghost:not(:empty)").allTextContents();
export const sentence = (page) => page.locator(".sentence .plain .words").textContent();
export const frames = (page) => region(page, "Call frames").locator(".frame .function").allTextContents();
export async function output(page) {
  // Output is drawn with the next picture, not at once.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  return region(page, "Output").locator("li .words").allTextContents();
}
/** The line of the text in which execution stands. */
export const currentLine = (page) => page.locator(".cm-line.line-now").allTextContents();

export async function locals(page) {
  const rows = await region(page, "Locals").locator("tr").all();
  return Object.fromEntries(await Promise.all(rows.map(async (row) => [await row.locator("th").textContent(), await row.locator(".value").textContent()])));
}

export async function chooseExample(page, title) {
  await page.getByLabel("Example", { exact: true }).selectOption({ label: title });
  await becomes(() => time(page), 0);
  await phase(page, "Paused");
}

/** Puts a text of one's own in place of the one in the editor. */
export async function typeText(page, text) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
}

/** Drops a file on the page, as from a file manager. */
export async function dropFile(page, name, bytes) {
  const transfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(content)], fileName));
      return data;
    },
    [name, [...bytes]],
  );
  for (const type of ["dragenter", "dragover", "drop"]) await page.dispatchEvent(".app", type, { dataTransfer: transfer });
}
