// The README's examples in Chromium and Firefox without a bundler: in a page off a static server, and in a module worker.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startBrowser } from "./browser.mjs";
import { modules, page, pagesOf } from "./pages.mjs";
import { makeProject, write } from "./project.mjs";
import { assertPrinted, examplesFor } from "./readme.mjs";
import { browser } from "./tools.mjs";

/** As strict as the README says that it may be. The nonce is for the import map. */
const POLICY = { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'nonce-map'" };

for (const [name, title] of [["chromium", "Chromium"], ["firefox", "Firefox"]]) {
  const tool = browser(name);
  const words = ["browser", name];

  test(`${title}, from a static server`, { skip: tool.missing }, async (t) => {
    const driven = await startBrowser(name, tool);
    t.after(() => driven.close());
    const { folder, manifest, examples } = await makeProject();
    const main = `./node_modules/flight-wasm/${fileFor(manifest.exports["."])}`;
    const map = `<script type="importmap" nonce="map">${JSON.stringify({ imports: { "flight-wasm": main } })}</script>`;
    // Workers have no import maps.
    const byAddress = (code) => code.replaceAll(/(from\s*)"flight-wasm"/g, `$1${JSON.stringify(main)}`);

    const site = driven.server.serve(folder, POLICY);
    const chosen = examplesFor(examples, words);
    assert.ok(chosen.length > 0, "the README has no example for this place");
    for (const [index, example] of chosen.entries()) {
      await write(folder, await modules(driven.server, example, index, byAddress));
      for (const { title, page: file, entry } of pagesOf(index)) {
        await write(folder, { [file]: page(driven.server.address, entry, map) });
        await t.test(title + example.name, async () => assertPrinted(await driven.open(site + file), example));
      }
    }

    // A whole page of the README's may have scripts of its own.
    const free = driven.server.serve(folder);
    for (const [index, example] of examplesFor(examples, words, "html").entries()) {
      const capture = `<script src="${driven.server.address}/capture.js"></script>\n`;
      await write(folder, { [`whole-${index}.html`]: `<!doctype html>\n${capture}${example.code}` });
      await t.test(`a page, ${example.name}`, async () => {
        assertPrinted(await driven.open(`${free}whole-${index}.html`, example.prints.length), example);
      });
    }
  });
}

/** The file that `exports` gives to browsers. */
function fileFor(exports) {
  if (typeof exports === "string") return exports.replace("./", "");
  const condition = Object.keys(exports).find((name) => ["browser", "import", "default"].includes(name));
  return fileFor(exports[condition]);
}
