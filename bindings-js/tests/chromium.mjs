// All tests of the package in headless Chromium: node chromium.mjs
// Words that follow choose among the files. The variable CHROME names the browser; playwright-core comes with the page's packages.
import { createRequire } from "node:module";
import { argv, env, exit } from "node:process";
import { serve } from "./browser/server.mjs";

/** Far beyond what the tests take, in milliseconds: a browser that hangs must not hang them. */
const LIMIT = 10 * 60_000;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--js-flags=--expose-gc", "--enable-precise-memory-info"];

const { chromium } = createRequire(new URL("../../playground/package.json", import.meta.url))("playwright-core");
const { server, address } = await serve(argv.slice(2));
const browser = await chromium.launch({ executablePath: env.CHROME ?? "/usr/bin/chromium", args: FLAGS });
const counts = await runPage(await browser.newPage());
await browser.close();
server.close();
console.log(`${counts.passed} passed, ${counts.skipped} skipped, ${counts.failed} failed`);
exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);

/** Prints what the page says, until it ends or cannot. */
function runPage(page) {
  return new Promise((resolve) => {
    const give = (why) => {
      console.log(`✖ ${why}`);
      resolve({ passed: 0, skipped: 0, failed: 1 });
    };
    setTimeout(() => give(`the page has not ended within ${LIMIT / 60_000} minutes`), LIMIT).unref();
    page.on("crash", () => give("the page has crashed"));
    page.on("console", (message) => console.log(message.text()));
    const open = async () => {
      await page.exposeFunction("printLine", (line) => console.log(line));
      await page.exposeFunction("end", resolve);
      await page.goto(address);
    };
    open().catch((error) => give(error.message));
  });
}
