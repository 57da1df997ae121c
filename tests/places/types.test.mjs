// The README's examples under TypeScript's eyes, in the ways in which it may look for a package's declarations.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeProject, run, write } from "./project.mjs";
import { examplesFor } from "./readme.mjs";
import { carried } from "./tools.mjs";

const LOOKUPS = [
  { moduleResolution: "bundler", module: "esnext" },
  { moduleResolution: "nodenext", module: "nodenext" },
];

const tool = carried("typescript", "bin/tsc");

/**
 * All checks are on, also those of the declarations themselves; but an example need not ask whether something is null,
 * or of which class an error is.
 */
const SETTINGS = { allowJs: true, checkJs: true, strict: true, strictNullChecks: false, useUnknownInCatchVariables: false, noEmit: true,
  target: "es2022", lib: ["es2022", "dom"], types: [] };

for (const lookup of LOOKUPS) {
  test(`TypeScript ${tool.version ?? ""}, moduleResolution ${lookup.moduleResolution}`, { skip: tool.missing }, async () => {
    const { folder, examples } = await makeProject();
    const files = examplesFor(examples, ["typescript"]).map(({ code }, index) => [`example-${index}.js`, code]);
    assert.ok(files.length > 0, "the README has no example");
    await write(folder, { ...Object.fromEntries(files), "tsconfig.json": JSON.stringify({ compilerOptions: { ...SETTINGS, ...lookup }, include: ["*.js"] }) });
    await run(process.execPath, [tool.program, "--project", "."], { cwd: folder });
  });
}
