/** Files: binaries are printed, text is taken as it is, everything else is told apart and changes nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, currentLine, dropFile, onPage, phase, press, sentence, stack, time, until, useBrowser } from "./page.mjs";

useBrowser();

/** (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)) */
const ADD = [
  [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  [0x01, 0x07, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f],
  [0x03, 0x02, 0x01, 0x00],
  [0x07, 0x07, 0x01, 0x03, 0x61, 0x64, 0x64, 0x00, 0x00],
  [0x0a, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x20, 0x01, 0x6a, 0x0b],
].flat();

const editorText = (page) => page.locator(".cm-content").innerText();
const notice = (page) => page.locator(".notice:not([hidden]) p").textContent();

test("a dropped .wasm file is printed and can be stepped", onPage(async (page) => {
  await dropFile(page, "add.wasm", ADD);
  await until(() => editorText(page), (text) => /i32\.add/.test(text));
  await becomes(() => time(page), 0);
  await page.getByLabel("Argument 0, i32").fill("42");
  await page.getByLabel("Argument 1, i32").fill("58");
  await button(page, "Start").click();
  await becomes(async () => (await currentLine(page)).join().trim(), "local.get 0");
  await press(page, "Step");
  assert.equal((await currentLine(page)).join().trim(), "local.get 1");
  await press(page, "Step");
  assert.equal((await currentLine(page)).join().trim(), "i32.add");
  assert.match(await page.locator(".sentence .plain .where").textContent(), /0000002[0-9a-f]/);
  await press(page, "Step");
  assert.deepEqual(await stack(page), ["100"]);
  // A breakpoint in printed text.
  await button(page, "Restart").click();
  await page.locator(".cm-line", { hasText: "i32.add" }).click();
  await page.keyboard.press("F9");
  await page.keyboard.press("F8");
  await becomes(async () => (await currentLine(page)).join().trim(), "i32.add");
}));

test("a file can be opened with the button", onPage(async (page) => {
  const chooser = page.waitForEvent("filechooser");
  await button(page, "Open").click();
  await (await chooser).setFiles({ name: "add.wasm", mimeType: "application/wasm", buffer: Buffer.from(ADD) });
  await until(() => editorText(page), (text) => /i32\.add/.test(text));
}));

test("a .wat file is taken as it is, with its comments", onPage(async (page) => {
  await dropFile(page, "seven.wat", Buffer.from(';; lucky\n(module (func (export "seven") (result i32)\n  i32.const 7))'));
  await until(() => editorText(page), (text) => /;; lucky/.test(text));
  await becomes(() => time(page), 0);
  await press(page, "Step");
  assert.deepEqual(await stack(page), ["7"]);
}));

const BAD = [
  ["a picture", "cat.png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a], /cat\.png is not WebAssembly.*89 50 4e 47/],
  ["an empty file", "empty.wasm", [], /empty\.wasm is empty/],
  ["a truncated module", "cut.wasm", ADD.slice(0, -4), /cut\.wasm is not a valid module\. Offset [0-9a-f]{8}/],
  ["a wrong version", "version.wasm", [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], /version\.wasm is not a valid module/],
  ["a module that does not validate", "invalid.wasm", ADD.map((byte) => (byte === 0x6a ? 0x7c : byte)), /invalid\.wasm is not a valid module.*type mismatch/],
  ["text with an error", "broken.wat", [...Buffer.from("(module (func\n  i32.bogus))")], /broken\.wat is not a valid module\. Line 2, column 3/],
];
for (const [what, name, bytes, message] of BAD) {
  test(`${what} is refused in words, and the program before stays`, onPage(async (page) => {
    await dropFile(page, name, bytes);
    assert.match(await until(() => notice(page), (text) => text !== ""), message);
    assert.match(await editorText(page), /factorial/);
    assert.deepEqual(await stack(page), ["6", "4"]);
    await press(page, "Step");
    assert.deepEqual(await stack(page), ["24"]);
    await button(page, "Dismiss this message").click();
    await becomes(() => page.locator(".notice:not([hidden])").count(), 0);
  }));
}

test("a hundred megabytes of zeros are refused at once", onPage(async (page) => {
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(100_000_000)], "zeros.wasm"));
    document.querySelector(".app").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  assert.match(await until(() => notice(page), (text) => text !== ""), /zeros\.wasm is not WebAssembly.*00 00 00 00/);
  await press(page, "Step");
}));

test("bit-flipped and random bytes never break the page", onPage(async (page) => {
  let seed = 7;
  const random = (below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  for (let round = 0; round < 24; round += 1) {
    const bytes = [...ADD];
    if (round % 2 === 0) bytes[8 + random(bytes.length - 8)] ^= 1 << random(8);
    else for (let i = 8; i < bytes.length; i += 1) bytes[i] = random(256);
    await dropFile(page, `round-${round}.wasm`, bytes);
    await page.waitForTimeout(40);
  }
  await dropFile(page, "add.wasm", ADD);
  await until(() => page.locator(".status").textContent(), (text) => text.startsWith("add.wasm"));
  await phase(page, "Paused");
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /add\(0, 0\) returned 0/);
}));

test("text that is broken can be shown and mended", onPage(async (page) => {
  await dropFile(page, "broken.wat", Buffer.from("(module (func\n  i32.bogus))"));
  await button(page, "Show its text").click();
  await until(() => page.locator(".status").textContent(), (text) => /Line 2, column 3/.test(text));
  assert.match(await editorText(page), /i32\.bogus/);
}));
