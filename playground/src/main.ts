/** The page: makes the parts, joins them, and shows what was there last time, or the first example. */
import "./styles/index.css";
import type { Branch } from "flight-wasm";
import { command, listenForKeys, type CommandName } from "./commands.ts";
import { h } from "./dom.ts";
import { CodeEditor } from "./editor/editor.ts";
import { createStatus } from "./editor/status.ts";
import { EXAMPLES } from "./examples/examples.ts";
import { acceptDrops, saveFile } from "./files.ts";
import { formatCount, plural } from "./format.ts";
import { createShell } from "./layout/shell.ts";
import { createTabs } from "./layout/tabs.ts";
import { Loader, type Wish } from "./loader.ts";
import { createFrames } from "./panels/frames.ts";
import { createGlobals } from "./panels/globals.ts";
import { createImports } from "./panels/imports.ts";
import { createLocals } from "./panels/locals.ts";
import { createMemory } from "./panels/memory.ts";
import { createOutput } from "./panels/output.ts";
import { createSentence } from "./panels/sentence.ts";
import { createStack } from "./panels/stack.ts";
import { createTables } from "./panels/tables.ts";
import { createTimeline } from "./panels/timeline.ts";
import type { Change, Event, OutputLine, Program, Snapshot } from "./protocol.ts";
import { Session } from "./session.ts";
import { makeLink, readLink } from "./share.ts";
import { Store } from "./store.ts";
import { applyTheme } from "./theme.ts";
import { createCallForm } from "./toolbar/call-form.ts";
import { createHelp } from "./toolbar/help.ts";
import { createNotice } from "./toolbar/notice.ts";
import { createToolbar, nextTheme } from "./toolbar/toolbar.ts";
import { Workbench } from "./workbench.ts";
import type { View } from "./view.ts";

const store = new Store();
applyTheme(store.saved.theme);

const session = new Session(hear);
const send = session.send.bind(session);
const watched = { memory: 0, address: 0, length: 1024, tableEntries: 64 };
const watch = (change: Partial<typeof watched>): void => send({ type: "watch", ...Object.assign(watched, change) });

// ---- the parts ---------------------------------------------------------------------------------------------------

const notice = createNotice();
const announcement = h("div", { class: "unseen", role: "status" });
const callForm = createCallForm(() => carryOut("start"), () => store.set("call", savedCall()));
const status = createStatus((line, column) => editor.goTo(line, column));
const codeBody = h("div", { class: "code-body" });
const code = h("section", { class: "panel code", "aria-label": "Code" }, codeBody, status.element);
const editor = new CodeEditor(codeBody, { edited: () => loader.edited(), breakpointsChanged });
const memory = createMemory((index, address, length) => watch({ memory: index, address, length }));
const tables = createTables(() => watch({ tableEntries: watched.tableEntries + 256 }));
const change = (by: Change): void => workbench.change(by);
const globals = createGlobals(change);
const imports = createImports(store.saved.stubs, (values, texts) => {
  store.set("stubs", texts);
  send({ type: "stubs", values });
});
const output = createOutput();
const stack = createStack(() => carryOut("hexadecimal"), change);
const sentence = createSentence(select, { ask: () => send({ type: "trails" }), go: (time) => workbench.seek(time) });
const frames = createFrames(createLocals(change), select);
const timeline = createTimeline(carryOut, (time) => workbench.seek(time));
const help = createHelp(store.saved.letterKeys, (on) => store.set("letterKeys", on));
const toolbar = createToolbar(callForm, {
  example: (id) => loader.loadExample(id),
  open: (file) => void loader.openFile(file),
  save: () => send({ type: "save" }),
  share: () => void share(),
  theme: () => {
    store.set("theme", nextTheme(store.saved.theme));
    applyTheme(store.saved.theme);
    toolbar.showTheme(store.saved.theme);
  },
  help: () => help.showModal(),
});
const tabs = createTabs(
  [
    { id: "memory", title: "Memory", panel: memory.element },
    { id: "globals", title: "Globals", panel: globals.element },
    { id: "tables", title: "Tables", panel: tables.element },
    { id: "imports", title: "Imports", panel: imports.element },
    { id: "output", title: "Output", panel: output.element },
  ],
  store.saved.tab ?? "memory",
  (id) => store.set("tab", id),
);

const workbench = new Workbench({
  send,
  panels: [sentence, stack, frames, memory, globals, tables, imports, output, timeline],
  lineOf: (offset) => editor.lineOf(offset),
  readCall: (focus) => callForm.read(focus),
  hasCalls: () => callForm.texts !== null,
  output: {
    add(lines: readonly OutputLine[]) {
      output.add(lines);
      if (lines.length > 0) tabs.notify("output");
    },
    drop: (branch) => output.drop(branch),
    clear() {
      output.clear();
      tabs.hush("output");
    },
  },
  branched,
  drawn,
});
const loader = new Loader({
  editor,
  status,
  notice,
  store,
  send,
  adopted,
  named: (example, name) => toolbar.showExample(example, name),
});

/** Until the first picture of another program is drawn. */
let newProgram = false;

// ---- how they work together -----------------------------------------------------------------------------------------

function hear(event: Event): void {
  if (event.type === "loaded") loader.loaded(event.generation, event.program, event.kept);
  else if (event.type === "rejected") loader.rejected(event.generation, event.problem);
  else if (event.type === "saved") saveFile(`${workbench.view.program?.name ?? "run"}.flight`, event.bytes);
  else if (event.type === "trails") sentence.showTrails(event.time, event.trails);
  else {
    workbench.hear(event);
    if (event.type === "broken") {
      notice.show("error", `Flight itself has failed: ${event.message}. Your text is safe.`, { label: "Begin anew", act: beginAnew });
    } else if (event.type === "refused" && workbench.view.snapshot) {
      // Without an instance the sentence says it; here it is a call that could not be made.
      notice.show("error", event.problem.message);
    }
  }
}

function adopted(program: Program, wish: Wish | null): void {
  const wanted = wish?.call ?? null;
  callForm.show(program, wanted);
  store.set("call", savedCall());
  tabs.offer("imports", program.imports.length > 0);
  workbench.adopt(program, wish === null);
  breakpointsChanged(null);
  newProgram = wish !== null;
  if (!wish) return;
  if (program.recorded) {
    output.clear();
    workbench.look();
  } else {
    workbench.start(true, wish.steps, false);
  }
}

function drawn(view: View): void {
  const { snapshot, phase } = view;
  // What is shown while it runs is how things stood before: it steps back until it counts again.
  app.classList.toggle("running", phase === "running");
  if (phase !== "running") {
    const trap = phase === "trapped" ? (snapshot?.trap ?? null) : null;
    const innermost = trap ? trap.offset : (snapshot?.frames[0]?.offset ?? null);
    const caller = view.frame > 0 ? (snapshot?.frames[view.frame]?.offset ?? null) : null;
    editor.showExecution({ offset: phase === "finished" ? null : innermost, trap: trap?.message ?? null, caller });
  }
  tabs.offer("tables", (snapshot?.tables.length ?? 0) > 0);
  if (snapshot && newProgram) {
    newProgram = false;
    frontTab(snapshot);
  }
  // The outermost frame is the call itself: its parameters' names are the arguments' names.
  const outermost = snapshot && snapshot.frames.length === snapshot.depth ? snapshot.frames.at(-1) : undefined;
  if (outermost) {
    callForm.name(outermost.function, outermost.locals.filter((local) => local.parameter).map((local) => local.name));
  }
}

/** The panel that the user chose is in front; where it has nothing to show for this program, another one is. */
function frontTab(snapshot: Snapshot): void {
  const filled = new Map([
    ["memory", snapshot.memories.length > 0],
    ["globals", snapshot.globals.length > 0],
    ["tables", snapshot.tables.length > 0],
  ]);
  const wanted = store.saved.tab ?? (tabs.has("frames") ? "frames" : "memory");
  const other = [...filled.keys()].find((id) => filled.get(id)) ?? "output";
  tabs.select(filled.get(wanted) === false || !tabs.has(wanted) ? other : wanted);
}

/** The recorded future is gone, and nothing brings it back: that has to be said. */
function branched({ at, dropped }: Branch): void {
  const instructions = dropped.time - at.time;
  const lost = instructions > 0n ? plural(Number(instructions), "instruction") : "what was done here next";
  notice.show("note", `The recorded future was dropped: ${lost}. From instruction ${formatCount(at.time)} on the program runs anew.`);
}

function select(frame: number): void {
  workbench.select(frame);
}

function breakpointsChanged(about: { line: number; on: boolean } | null): void {
  store.set("breakpoints", editor.breakpointLines);
  workbench.setBreakpoints({ type: "breakpoints", at: editor.breakpoints });
  if (about) announcement.textContent = `Breakpoint ${about.on ? "set" : "removed"} on line ${about.line}`;
}

function carryOut(name: CommandName): boolean {
  if (name === "hexadecimal") {
    store.set("hexadecimal", !store.saved.hexadecimal);
    workbench.base = store.saved.hexadecimal ? "hexadecimal" : "decimal";
    return true;
  }
  if (name === "breakpoint") {
    editor.toggleBreakpointAtCursor();
    return true;
  }
  return workbench.carryOut(name);
}

function savedCall(): { name: string; args: string[] } | null {
  const { texts } = callForm;
  return texts && { name: texts.name, args: [...texts.args] };
}

async function share(): Promise<void> {
  try {
    await navigator.clipboard.writeText(await makeLink({ text: editor.text, call: savedCall() }));
    notice.show("note", "A link to this program is on the clipboard.");
  } catch {
    notice.show("error", "The browser did not let the link be copied. Allow this page to use the clipboard and press Share again.");
  }
}

function beginAnew(): void {
  session.replace();
  watch({});
  imports.tell();
  loader.reload();
}

// ---- the beginning -----------------------------------------------------------------------------------------------------

const app = createShell(
  {
    toolbar: toolbar.element,
    notice: notice.element,
    code,
    sentence: sentence.element,
    stack: stack.element,
    frames: frames.element,
    tabs,
    timeline: timeline.element,
  },
  store,
);
document.body.replaceChildren(app, help, announcement, h("div", { class: "drop-hint", "aria-hidden": "true" }, "Drop a .wasm, .wat or .flight file"));
toolbar.showTheme(store.saved.theme);
workbench.base = store.saved.hexadecimal ? "hexadecimal" : "decimal";
acceptDrops((file) => void loader.openFile(file));
listenForKeys(
  () => store.saved.letterKeys,
  (name) => carryOut(name === "run" && workbench.view.phase === "running" ? command("pause").name : name),
);
void begin();

async function begin(): Promise<void> {
  try {
    const shared = await readLink();
    if (shared) {
      loader.loadText(shared.text, { call: shared.call, steps: 0, breakpoints: [] }, null);
      return;
    }
  } catch {
    notice.show("error", "The address holds a program that cannot be read: the link is incomplete. Ask for it again, or choose an example.");
  }
  if (loader.restore()) return;
  const lost = store.saved.source?.fileName;
  loader.loadExample(EXAMPLES[0]!.id);
  if (lost) notice.show("note", `${lost} was too large to be kept over a reload. Open it again.`);
}
