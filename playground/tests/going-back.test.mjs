/** Going back: the reverse of every button, the slider over time, and what has been said already. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { becomes, button, chooseExample, currentLine, frames, ghosts, locals, onPage, openPage, closePage, output, phase, press, region, sentence, stack, time, typeText, until, useBrowser } from "./page.mjs";

useBrowser();

const slider = (page) => page.getByRole("slider", { name: "Time" });
const unit = (page) => page.locator(".timeline .unit").textContent();
const later = (page) => region(page, "Output").locator("li.later .words").allTextContents();
const notice = (page) => page.locator(".notice").textContent();
const isDisabled = async (page, name) => (await button(page, name).getAttribute("aria-disabled")) === "true";

/** All that the page shows of the machine. */
async function picture(page) {
  return {
    time: await time(page),
    sentence: await sentence(page),
    stack: await stack(page),
    frames: await frames(page),
    locals: await locals(page),
    line: await currentLine(page),
    memory: await region(page, "Memory").locator(".hex-text").allTextContents(),
  };
}

async function seek(page, to) {
  await slider(page).fill(String(to));
  await becomes(() => time(page), to);
  await becomes(async () => Number(await slider(page).inputValue()), to);
}

test("a step back shows what was there before the step", onPage(async (page) => {
  await chooseExample(page, "Sieve of primes");
  const pictures = [await picture(page)];
  for (let i = 0; i < 25; i += 1) {
    await press(page, "Step");
    pictures.push(await picture(page));
  }
  assert.equal(await isDisabled(page, "Beginning"), false);
  for (const before of pictures.slice(0, -1).reverse()) {
    await press(page, "Step back");
    assert.deepEqual(await picture(page), before);
  }
  assert.equal(await isDisabled(page, "Step back"), true);
  assert.equal(await isDisabled(page, "Beginning"), true);
  for (const after of pictures.slice(1)) {
    await press(page, "Step");
    assert.deepEqual(await picture(page), after);
  }
}));

test("what an instruction took comes back, what it gave goes", onPage(async (page) => {
  await becomes(() => stack(page), ["6", "4"]);
  await press(page, "Step");
  assert.deepEqual(await stack(page), ["24"]);
  await press(page, "Step back");
  assert.deepEqual(await stack(page), ["6", "4"]);
  assert.deepEqual(await ghosts(page), ["24"]);
  assert.equal(await region(page, "Value stack").locator(".card.produced").count(), 2);
  await button(page, "Restart").click();
  await becomes(() => time(page), 0);
  for (let i = 0; i < 4; i += 1) await press(page, "Step");
  assert.equal(await region(page, "Globals").locator("tr.changed").count(), 1);
  await press(page, "Step back");
  assert.match(await region(page, "Globals").locator("tr.changed").textContent(), /calls\s*i32\s*0\s*was 1/);
}));

test("every way forward has its reverse, by button and by key", onPage(async (page) => {
  await button(page, "Restart").click();
  await becomes(() => time(page), 0);
  // The call of the recursion is the eleventh instruction or so: the first at which the depth grows.
  while ((await frames(page)).length < 2) await press(page, "Step");
  const call = (await time(page)) - 1;
  await press(page, "Step");
  await button(page, "Back out").click();
  await becomes(() => time(page), call);
  await press(page, "Over");
  assert.equal((await frames(page)).length, 1);
  await button(page, "Back over").click();
  await becomes(() => time(page), call);
  await button(page, "Run back").click();
  await becomes(() => time(page), 0);
  assert.match(await region(page, "Next instruction").textContent(), /the beginning of the record/);
  await button(page, "End").click();
  const end = await until(() => time(page), (now) => now > call);
  assert.equal(await isDisabled(page, "End"), true);
  await page.locator("body").click({ position: { x: 5, y: 5 } });
  for (const [key, wanted] of [
    ["Shift+S", end - 1],
    ["s", end],
    ["Shift+F2", end - 1],
    ["Home", 0],
    ["End", end],
    ["Shift+O", call],
    ["o", end],
    ["Shift+R", 0],
  ]) {
    await page.keyboard.press(key);
    await becomes(() => time(page), wanted);
  }
  await seek(page, call + 2);
  await page.keyboard.press("Shift+U");
  await becomes(() => time(page), call);
}));

test("the buttons stand symmetric about time", onPage(async (page) => {
  const middle = async (name) => {
    const box = await button(page, name).boundingBox();
    return [box.x + box.width / 2, box.width];
  };
  const now = await page.locator(".timeline .now").boundingBox();
  const centre = now.x + now.width / 2;
  for (const [back, forward] of [["Step back", "Step"], ["Back over", "Over"], ["Back out", "Out"], ["Run back", "Run"], ["Beginning", "End"]]) {
    const [left, width] = await middle(back);
    const [right, other] = await middle(forward);
    assert.ok(Math.abs(centre - left - (right - centre)) < 1 && Math.abs(width - other) < 1, back);
  }
}));

test("running back stops at breakpoints, the last one first", onPage(async (page) => {
  await chooseExample(page, "Loop sum");
  await page.locator(".cm-line", { hasText: "br_if" }).first().click();
  await page.keyboard.press("F9");
  await page.locator(".toolbar h1").click();
  const stops = [];
  for (;;) {
    await page.keyboard.press("r");
    await page.waitForTimeout(150);
    if ((await page.locator(".phase").textContent()) === "Finished") break;
    stops.push(await time(page));
  }
  assert.ok(stops.length > 5);
  for (const stop of [...stops.reverse(), 0]) {
    await page.keyboard.press("Shift+R");
    await becomes(() => time(page), stop);
  }
}));

test("the slider goes to any time while it is dragged, and arrow keys go one instruction", onPage(async (page) => {
  await chooseExample(page, "Hello");
  await button(page, "Run").click();
  await phase(page, "Finished");
  const end = await time(page);
  assert.equal(await slider(page).getAttribute("max"), String(end));
  const box = await slider(page).boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width - 7, y);
  await page.mouse.down();
  const seen = new Set();
  for (let i = 20; i >= 4; i -= 1) {
    await page.mouse.move(box.x + (box.width * i) / 20, y);
    await page.waitForTimeout(20);
    seen.add(await sentence(page));
  }
  // The page shows more than the two ends of the way.
  assert.ok(seen.size > 4, [...seen].join("\n"));
  assert.equal(await page.locator("html.scrubbing").count(), 1);
  await page.mouse.up();
  assert.equal(await page.locator("html.scrubbing").count(), 0);
  await phase(page, "Paused");
  const there = await until(() => time(page), (now) => now < end / 3);
  assert.equal(await unit(page), `of ${end} · in the past`);
  await slider(page).focus();
  await page.keyboard.press("ArrowLeft");
  await becomes(() => time(page), there - 1);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await becomes(() => time(page), there + 1);
  // Letters are commands here too.
  await page.keyboard.press("s");
  await becomes(() => time(page), there + 2);
  await page.keyboard.press("End");
  await becomes(() => time(page), end);
  assert.equal(await unit(page), "instructions");
  await phase(page, "Finished");
}));

test("output that is still to come is dimmed, and nothing is said twice", onPage(async (page) => {
  await chooseExample(page, "Hello");
  await button(page, "Run").click();
  await phase(page, "Finished");
  const all = await output(page);
  assert.equal(all.length, 3);
  assert.deepEqual(await later(page), []);
  await button(page, "Beginning").click();
  await becomes(() => time(page), 0);
  await becomes(() => later(page), all);
  await seek(page, 100);
  await becomes(() => later(page), all.slice(1));
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.deepEqual(await output(page), all);
  assert.deepEqual(await later(page), []);
  assert.equal(await unit(page), "instructions");
}));

test("from the past the program can take another way, and what is lost is told", onPage(async (page) => {
  await chooseExample(page, "Hello");
  await button(page, "Run").click();
  await phase(page, "Finished");
  const end = await time(page);
  assert.equal(await button(page, "Live from here").count(), 0);
  await seek(page, 100);
  await button(page, "Live from here").click();
  await becomes(() => unit(page), "instructions");
  assert.match(await notice(page), new RegExp(`future was dropped: ${end - 100} instructions\\. From instruction 100`));
  assert.deepEqual(await output(page), ["env.log(16, 13)"]);
  assert.equal(await slider(page).getAttribute("max"), "100");
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.equal((await output(page)).length, 3);
  assert.equal(await time(page), end);
}));

test("another call begun in the past gives up the future too; a restart begins a new record", onPage(async (page) => {
  await chooseExample(page, "Counter");
  await button(page, "Run").click();
  await phase(page, "Finished");
  const end = await time(page);
  await button(page, "Start").click();
  await phase(page, "Paused");
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.equal(await time(page), 2 * end);
  await seek(page, end - 1);
  // A run in the past ends where the call ended, and the next one goes on with the call that was made then.
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.equal(await time(page), end);
  await button(page, "Run").click();
  await becomes(() => time(page), 2 * end);
  assert.equal((await output(page)).length, 2);
  await seek(page, 2);
  await button(page, "Start").click();
  await becomes(async () => /was dropped/.test(await notice(page)), true);
  assert.equal(await time(page), 2);
  assert.deepEqual(await output(page), []);
  await button(page, "Restart").click();
  await becomes(() => time(page), 0);
  assert.equal(await slider(page).isDisabled(), true);
}));

test("a trap can be gone back from", onPage(async (page) => {
  await chooseExample(page, "Division by zero");
  await button(page, "Run").click();
  await phase(page, "Trapped");
  const trapped = await time(page);
  await button(page, "Step back").click();
  await phase(page, "Paused");
  assert.equal(await time(page), trapped);
  assert.match(await sentence(page), /i32\.div_s/);
  assert.equal(await region(page, "Value stack").locator(".card.produced").count(), 0);
  await press(page, "Step back");
  assert.deepEqual(await later(page), ["Trap: integer divide by zero"]);
  await button(page, "End").click();
  await phase(page, "Trapped");
  assert.deepEqual(await output(page), ["Trap: integer divide by zero"]);
  assert.equal(await page.locator(".mark.trap").count(), 1);
}));

test("the start function belongs to the past", onPage(async (page) => {
  await typeText(
    page,
    `(module (import "env" "hi" (func $hi)) (global $g (mut i32) (i32.const 0))
      (func $begin (global.set $g (i32.const 7)) (call $hi)) (start $begin)
      (func (export "main") (result i32) (global.get $g)))`,
  );
  await becomes(async () => /start function/.test(await region(page, "Next instruction").textContent()), true);
  await button(page, "Run").click();
  await phase(page, "Finished");
  const all = await output(page);
  assert.deepEqual(all, ["env.hi()", "The start function has returned.", "main() = 7"]);
  await button(page, "Run back").click();
  await becomes(() => time(page), 0);
  assert.match(await region(page, "Next instruction").textContent(), /start function begin/);
  await becomes(() => later(page), all);
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.deepEqual(await output(page), all);
}));

test("a long run is recorded: going back in it is prompt, and only the last place asked for counts", onPage(async (page) => {
  await chooseExample(page, "Endless loop");
  await button(page, "Run").click();
  await phase(page, "Running");
  await until(() => time(page), (now) => now > 20_000_000, 20_000);
  await button(page, "Pause").click();
  await phase(page, "Paused");
  const end = await time(page);
  await page.locator(".toolbar h1").click();
  const begun = Date.now();
  await page.keyboard.press("Shift+S");
  await becomes(() => time(page), end - 1);
  assert.ok(Date.now() - begun < 1500, `${Date.now() - begun} ms`);
  for (const share of [0.5, 0.1, 0.9]) await seek(page, Math.round(end * share));
  // A drag asks for far more places than can be shown: the last one counts, and soon.
  const box = await slider(page).boundingBox();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 12);
  await page.mouse.down();
  for (let i = 0; i < 100; i += 1) await page.mouse.move(box.x + box.width * (0.9 - i / 200), box.y + 12);
  await page.mouse.up();
  const wanted = Number(await slider(page).inputValue());
  await becomes(() => time(page), wanted);
  await becomes(async () => Number(await slider(page).inputValue()), wanted);
  await page.waitForTimeout(300);
  assert.equal(await time(page), wanted);
  await press(page, "Step");
  assert.equal(await time(page), wanted + 1);
}));

test("on a phone the thumb reaches every button, and the slider follows it", async () => {
  const page = await openPage({ width: 390, height: 844, hasTouch: true, isMobile: true });
  for (const name of ["Step back", "Back over", "Back out", "Run back", "Step", "Restart"]) {
    const box = await button(page, name).boundingBox();
    assert.ok(box.height >= 44 && box.width >= 44 && box.y + box.height <= 844, name);
  }
  const box = await slider(page).boundingBox();
  assert.ok(box.height >= 36);
  const end = await time(page);
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  const there = await until(() => time(page), (now) => now < end);
  assert.ok(Math.abs(there - end / 2) < end / 10, String(there));
  assert.equal(await button(page, "Live from here").isVisible(), true);
  await closePage(page);
});

test("a value changed by hand in the past begins another way", onPage(async (page) => {
  await becomes(() => stack(page), ["6", "4"]);
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /returned 120/);
  await seek(page, 119);
  const edit = async (place, text) => {
    await place.dblclick();
    await page.locator("input.edit").fill(text);
    await page.keyboard.press("Enter");
  };
  const top = region(page, "Value stack").locator(".card .value").first();
  await edit(top, "six");
  assert.equal(await page.locator("input.edit").getAttribute("aria-invalid"), "true");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("input.edit").count(), 0);
  await becomes(() => stack(page), ["6", "4"]);
  assert.equal(await unit(page), `of ${await slider(page).getAttribute("max")} · in the past`);
  await edit(top, "60");
  await becomes(() => stack(page), ["60", "4"]);
  assert.match(await notice(page), /was dropped/);
  await edit(region(page, "Locals").locator("tr .value").first(), "0x3");
  await becomes(() => locals(page), { n: "3", result: "0" });
  assert.match(await region(page, "Locals").locator("tr.changed").textContent(), /was 4/);
  await page.getByRole("tab", { name: "Globals" }).click();
  await edit(region(page, "Globals").locator("tr .value").first(), "-1");
  await becomes(() => region(page, "Globals").locator("tr .value").allTextContents(), ["-1"]);
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /returned 1200/);
  // What was done by hand is part of the record.
  await seek(page, 100);
  await becomes(() => region(page, "Globals").locator("tr .value").allTextContents(), ["6"]);
  await button(page, "Run").click();
  await phase(page, "Finished");
  assert.match(await sentence(page), /returned 1200/);
}));
