// How examples are read from a README.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPrinted, examplesFor, examplesOf } from "./readme.mjs";

const FENCE = "```";
const block = (info, ...lines) => [FENCE + info, ...lines, FENCE].join("\n");

const README = [
  "# A package",
  block("js", 'import { a } from "a";', "console.log(a); // 1"),
  "Then:",
  block("js", "console.log(a + 1);  // 2", "// nothing is printed here"),
  "## Lists",
  block("js", 'import { list } from "a";', "for (const item of list) console.log(item);"),
  "prints",
  block("text", "x", "y"),
  "## Bundlers",
  block("sh", "cp a b"),
  block("js esbuild", 'import "a";'),
  block("html", "<script>", 'console.log("http://x"); // http://x', "</script>"),
].join("\n");

test("blocks, their continuations and what they print are read", () => {
  const examples = examplesOf(README);
  assert.deepEqual(
    examples.map(({ name, language, prints, only }) => ({ name, language, prints, only })),
    [
      { name: "example 1 (A package)", language: "js", prints: ["1", "2"], only: [] },
      { name: "example 2 (Lists)", language: "js", prints: ["x", "y"], only: [] },
      { name: "example 3 (Bundlers)", language: "js", prints: [], only: ["esbuild"] },
      { name: "example 4 (Bundlers)", language: "html", prints: ["http://x"], only: [] },
    ],
  );
  assert.match(examples[0].code, /import \{ a \}[^]*a \+ 1/);
});

test("an example for named places runs only there", () => {
  const names = (words, language) => examplesFor(examplesOf(README), words, language).map((example) => example.name.slice(0, 9));
  assert.deepEqual(names(["node"]), ["example 1", "example 2"]);
  assert.deepEqual(names(["browser", "esbuild"]), ["example 1", "example 2", "example 3"]);
  assert.deepEqual(names(["browser"], "html"), ["example 4"]);
});

test("an example must say what it prints", () => {
  assert.throws(() => examplesOf(block("js", 'import "a";', "console.log(", "1);")), /no comment says what this prints/);
  assert.throws(() => examplesOf(block("js", "a();")), /imports nothing/);
});

test("what is printed must be what is said, but for white space", () => {
  const example = { prints: ["{ a: 1, b: [ 1, 2 ] }", "3"] };
  assertPrinted("{ a: 1, b: [ 1, 2 ] }\n3\n", example);
  assertPrinted("{\n  a: 1,\n  b: [ 1, 2 ],\n}\n3\n", example);
  assert.throws(() => assertPrinted("{ a: 1, b: [ 1, 2 ] }\n", example), /not what the README says/);
  assert.throws(() => assertPrinted("", example));
  assert.throws(() => assertPrinted("1", { prints: [] }));
});
