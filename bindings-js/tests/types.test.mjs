// The package's types, as compilers of TypeScript find and read them.
// In Node only: it starts compilers.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("../pkg", import.meta.url));
const COMPILER = fileURLToPath(new URL("../bundle/node_modules/typescript/bin/tsc", import.meta.url));

const USER = `
import { CompileError, init, Interpreter, Module, Trap, type Frame, type Stop } from "flight-wasm";
await init({ text: new URL("https://example.org/flight_text_bg.wasm") });
const module: Module = await Module.fromWat("(module)");
using vm = new Interpreter(module, { env: { log: (value: number) => console.log(value) } });
const stop: Stop = vm.step();
const frames: readonly Frame[] = vm.frames;
const time: bigint = vm.time;
const failed = (error: unknown): number | null => error instanceof CompileError ? error.line : error instanceof Trap ? error.info.offset : null;
export { failed, frames, stop, time };
`;

/** Each must be refused: the types are really there. */
const MISTAKES = ["vm.time = 3n;", "const number: number = vm.time;", "vm.step(5);", 'await Module.fromBytes("text");'];

/** What the compiler says of a program that uses the package, with these options. */
function compile(program, options) {
  const folder = mkdtempSync(join(tmpdir(), "flight-types-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(PACKAGE, join(folder, "node_modules/flight-wasm"), "junction");
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "user.ts"), program);
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, target: "es2022", lib: ["es2022", "dom"], types: [], ...options };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["user.ts"] }));
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMPILER, "--project", folder], { encoding: "utf8" });
    return { status, words: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const options of [
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
]) {
  test(`the types are found and free of errors with moduleResolution ${options.moduleResolution}`, () => {
    const { status, words } = compile(USER, options);
    assert.equal(status, 0, words);
  });

  test(`mistakes are found with moduleResolution ${options.moduleResolution}`, () => {
    const { words } = compile(`${USER}${MISTAKES.join("\n")}\n`, options);
    assert.equal(words.match(/error TS/g)?.length, MISTAKES.length, words);
  });
}
