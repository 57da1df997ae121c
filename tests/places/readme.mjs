/**
 * The README's examples, and what they must print.
 *
 * - Every `js` block is an example. One that imports nothing goes on where the one before it ended.
 * - Words behind `js` name the places where it runs (`js esbuild`); without any it runs everywhere.
 * - An `html` block is a page, for browsers.
 * - What an example prints stands behind each `console.log(…);` as a comment, or all of it in a `text` block that follows.
 */

import assert from "node:assert/strict";

/** A fenced block: its first line behind the fence, its lines, the heading above it. */
function blocksOf(markdown) {
  const blocks = [];
  let heading = "";
  let block = null;
  for (const line of markdown.split(/\r?\n/)) {
    const fence = /^```(.*)$/.exec(line);
    if (block !== null) {
      if (fence) block = null;
      else block.lines.push(line);
    } else if (fence) {
      const [language = "", ...words] = fence[1].trim().split(/\s+/);
      block = { language, words, heading, lines: [] };
      blocks.push(block);
    } else if (line.startsWith("#")) {
      heading = line.replace(/^#+\s*/, "");
    }
  }
  return blocks;
}

/** What the comments of a block say that it prints. */
function toldByComments({ lines, heading }) {
  const printing = lines.filter((line) => line.includes("console.log("));
  return printing.map((line) => {
    const told = /console\.log\(.*\)[;,]?\s*\/\/ (.*)$/.exec(line);
    if (!told) throw new Error(`README, ${heading}: no comment says what this prints, and no text block follows: ${line.trim()}`);
    return told[1].trim();
  });
}

/**
 * All examples of a README: `name`, `language`, `code`, `prints` (lines), `only` (places, or none for all).
 */
export function examplesOf(markdown) {
  const blocks = blocksOf(markdown);
  const examples = [];
  blocks.forEach((block, index) => {
    if (block.language !== "js" && block.language !== "html") return;
    const next = blocks[index + 1];
    const prints = next?.language === "text" ? next.lines : toldByComments(block);
    const code = block.lines.join("\n") + "\n";
    if (block.language === "js" && !/^import\b/m.test(code)) {
      const before = examples.findLast((example) => example.language === "js");
      if (!before) throw new Error(`README, ${block.heading}: the first example imports nothing`);
      before.code += code;
      before.prints.push(...prints);
      return;
    }
    const name = `example ${examples.length + 1}${block.heading && ` (${block.heading})`}`;
    examples.push({ name, language: block.language, code, prints: [...prints], only: block.words });
  });
  return examples;
}

/** Those that run in a place, which goes by several words: `browser`, `vite`. */
export function examplesFor(examples, words, language = "js") {
  return examples.filter((example) => example.language === language && (example.only.length === 0 || example.only.some((place) => words.includes(place))));
}

/** Some engines print an object on one line, others on several: white space does not count. */
const evened = (text) => text.replace(/\s+/g, " ").replace(/,? ?([}\]])/g, " $1").trim();

/** Fails unless an example has printed what the README says. */
export function assertPrinted(printed, example) {
  const told = example.prints.join("\n");
  // Where they differ, the difference is shown line by line.
  if (evened(printed) !== evened(told)) assert.equal(printed.trimEnd(), told, "this is not what the README says");
}
