// Chromium and Firefox, started with an address and nothing more: what they show tells the server how it went.
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyFolder } from "./project.mjs";
import { startServer } from "./server.mjs";

const TO_START = 60_000;
const TO_RUN = 30_000;

/** No window, no sandbox (which containers and root refuse), and nothing that talks to the network by itself. */
const COMMANDS = {
  chromium: (profile) => [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    // Without it a browser that nobody drives may end by itself.
    "--remote-debugging-port=0", `--user-data-dir=${profile}`,
  ],
  firefox: (profile) => {
    const settings = Object.entries(FIREFOX).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
    writeFileSync(join(profile, "user.js"), settings.join(""));
    return ["--headless", "--no-remote", "--profile", profile];
  },
};

const FIREFOX = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.aboutwelcome.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage_override.mstone": "ignore",
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

/** Starts a browser and a server for it; `close` ends both. */
export async function startBrowser(name, { program }) {
  const server = await startServer();
  const profile = await emptyFolder();
  const arrives = server.browserArrives();
  // A group of its own, so that all of its processes can be ended.
  const detached = process.platform !== "win32";
  const child = spawn(program, [...COMMANDS[name](profile), `${server.address}/runner`], { detached, stdio: ["ignore", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (data) => (complaints = (complaints + data).slice(-4000)));
  const end = () => {
    try {
      if (detached && child.pid) process.kill(-child.pid, "SIGKILL");
      else child.kill();
    } catch {
      // It has ended by itself.
    }
  };
  process.once("exit", end);
  const gone = new Promise((resolve) => child.once("close", resolve));
  const failed = new Promise((_, reject) => {
    child.once("error", reject);
    // One that hands over to another process may end at once, but well.
    child.once("close", (code) => code && reject(new Error(`${program} ended (${code}): ${complaints}`)));
  });
  failed.catch(() => {});
  const orders = await Promise.race([arrives, failed, late(TO_START, () => `${name} has not opened a page: ${complaints}`)]).catch((error) => {
    end();
    server.close();
    throw error;
  });

  return {
    server,
    /** Opens a page and waits until it has ended, or printed that many lines: what it printed. */
    async open(url, lines = Infinity) {
      let told = { printed: [] };
      const ended = new Promise((resolve, reject) => {
        server.listen((report) => {
          if (report.problem) reject(new Error(report.problem));
          // Reports may overtake one another.
          if (report.printed.length >= told.printed.length) told = report;
          if (report.ended || told.printed.length >= lines) resolve();
        });
      });
      orders.write(`data: ${url}\n\n`);
      await Promise.race([ended, late(TO_RUN, () => `${url} had not ended; printed: ${told.printed.join("\n")}`)]);
      return told.printed.join("\n");
    },
    async close() {
      end();
      await gone;
      server.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function late(milliseconds, problem) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`after ${milliseconds / 1000} s ${problem()}`)), milliseconds).unref();
  });
}
