// All tests of the package in one process or page, with a record of what they use:
// node --expose-gc --import ./members/in-node.mjs --test-reporter=spec all.mjs
// Words that follow choose among the files; then nothing is asked of the record.
import { readdir } from "node:fs/promises";
import { argv } from "node:process";
import { testCompleteness } from "./members/complete.mjs";

const chosen = argv.slice(2);
const files = (await readdir(new URL(".", import.meta.url))).filter((name) => name.endsWith(".test.mjs")).sort();
const wanted = files.filter((name) => chosen.length === 0 || chosen.some((word) => name.includes(word)));
for (const name of wanted) await import(new URL(name, import.meta.url));
if (chosen.length === 0) testCompleteness();
