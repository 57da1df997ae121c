// The README's examples in Node, Deno and Bun: as the main module, and in a worker.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeProject, run, write } from "./project.mjs";
import { assertPrinted, examplesFor } from "./readme.mjs";
import { carried, node } from "./tools.mjs";

const THREAD = (module) => `import { Worker } from "node:worker_threads";\nnew Worker(new URL(${JSON.stringify(module)}, import.meta.url));\n`;
// Deno and Bun have the Web's workers, which do not end by themselves everywhere.
const WEB_WORKER = (module) => `const worker = new Worker(new URL(${JSON.stringify(module)}, import.meta.url), { type: "module" });
worker.onmessage = () => worker.terminate();
`;
const SAY_END = `postMessage("ended");\n`;

const ENGINES = [
  ...[20, 22, 24].map((major) => ({ name: `Node ${major}`, words: ["node", `node-${major}`], tool: node(major), start: [], worker: THREAD, end: "" })),
  { name: "Deno", words: ["deno"], tool: carried("deno", "bin.cjs"), start: ["run", "--quiet", "--allow-read"], worker: WEB_WORKER, end: SAY_END },
  { name: "Bun", words: ["bun"], tool: carried("bun", "bin/bun.exe"), start: ["run"], worker: WEB_WORKER, end: SAY_END },
];

/** What carries a program is started by this Node if it is a script. */
const command = ({ program }, words) => (program.endsWith(".cjs") ? [process.execPath, [program, ...words]] : [program, words]);

/** Bun and Deno have clients of their own, but only Bun's takes a tarball. */
const installer = (engine) => (engine.name === "Bun" ? (folder, file) => run(engine.tool.program, ["add", file], { cwd: folder }) : undefined);

for (const engine of ENGINES) {
  test(`${engine.name} ${engine.tool.version ?? ""}`.trim(), { skip: engine.tool.missing }, async (t) => {
    const project = await makeProject(installer(engine));
    const examples = examplesFor(project.examples, engine.words);
    assert.ok(examples.length > 0, "the README has no example for this place");
    for (const [index, example] of examples.entries()) {
      const module = `./example-${index}.js`;
      const inWorker = `./in-worker-${index}.js`;
      await write(project.folder, {
        [module]: example.code,
        [inWorker]: example.code + engine.end,
        [`worker-${index}.js`]: engine.worker(inWorker),
      });
      for (const [place, file] of [["", module], ["a worker, ", `worker-${index}.js`]]) {
        await t.test(place + example.name, async () => {
          const printed = await run(...command(engine.tool, [...engine.start, file]), { cwd: project.folder });
          assertPrinted(printed, example);
        });
      }
    }
  });
}
