// Runs all tests of the package in this page. `printLine` and `end` are the functions of chromium.mjs.
import { testCompleteness } from "../members/complete.mjs";
import { run } from "./node-test.mjs";

/** What nobody has caught is a failure, as in Node. */
let uncaught = 0;
function note(what, error) {
  uncaught += 1;
  printLine(`✖ ${what}: ${error?.stack ?? error}`);
}
addEventListener("unhandledrejection", ({ reason }) => note("a rejection that nothing handles", reason));
addEventListener("error", ({ error, message }) => note("an error that nothing catches", error ?? message));

const { names, passedOver, complete } = await (await fetch("/names.json")).json();
try {
  for (const name of names) await import(`../${name}`);
  for (const line of passedOver) printLine(`﹣ ${line}`);
  if (complete) testCompleteness();
  const { passed, skipped, failed } = await run(printLine);
  // What is late comes before the end.
  await new Promise((resolve) => setTimeout(resolve, 0));
  await end({ passed, skipped: skipped + passedOver.length, failed: failed + uncaught });
} catch (error) {
  note("the tests cannot be run", error);
  await end({ passed: 0, skipped: 0, failed: uncaught });
}
