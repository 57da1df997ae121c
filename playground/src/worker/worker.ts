/** The worker's door: takes the page's requests one after another and answers with events. */
import { init } from "flight-wasm";
import type { Event, Problem, Request } from "../protocol.ts";
import type { Distance } from "./changes.ts";
import { compile } from "./compile.ts";
import { Machine } from "./machine.ts";
import { problemOf } from "./problems.ts";
import { readTables, readWindow } from "./snapshot.ts";
import { trailsOf } from "./trails.ts";
import type { Stop } from "flight-wasm";

const machine = new Machine();
const ready: Promise<void> = init().then(() => post({ type: "ready" }));
/** What changes the machine happens in order; what must be heard while it runs goes past this queue. */
let queue: Promise<void> = ready.catch((error: unknown) => fail(error));

function inTurn(work: () => void | Promise<void>): void {
  queue = queue.then(work).catch((error: unknown) => fail(error));
}

function post(event: Event): void {
  self.postMessage(event);
}

const refused = (problem: Problem): Event => ({ type: "refused", problem });

/** An error of the user's input goes back as a problem; anything else means that Flight itself is broken. */
function fail(error: unknown, answer: (problem: Problem) => Event = refused): void {
  const problem = problemOf(error);
  if (problem) post(answer(problem));
  else post({ type: "broken", message: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
}

function progress(): void {
  const interpreter = machine.interpreter;
  if (!interpreter) return;
  post({ type: "running", time: machine.reached, depth: interpreter.depth, output: machine.takeOutput() });
}

/** Carries out a numbered request and answers it, whatever happens. */
function settle(id: number, distance: Distance, work: () => Stop | null | Promise<Stop | null>): void {
  inTurn(async () => {
    let stop: Stop | null = null;
    try {
      stop = await work();
    } catch (error) {
      fail(error);
    } finally {
      const reported = machine.report(stop, distance);
      const { pause, branch = null, output = [] } = reported ?? {};
      post({ type: "settled", id, snapshot: pause?.snapshot ?? null, branch, output });
    }
  });
}

/** Compiles beside whatever runs, and interrupts it only for a program that is another one. */
async function load(request: Request & { type: "load" }): Promise<void> {
  const { generation } = request;
  try {
    await ready;
    const { module, recorded, program } = await compile(request.source);
    if (recorded === null && machine.isCurrent(module)) {
      module.free();
      post({ type: "loaded", generation, program, kept: true });
      return;
    }
    machine.pause();
    inTurn(() => {
      machine.adopt(module, recorded);
      post({ type: "loaded", generation, program, kept: false });
    });
  } catch (error) {
    fail(error, (problem) => ({ type: "rejected", generation, problem }));
  }
}

function watch(request: Request & { type: "watch" }): void {
  machine.watch = request;
  const { interpreter } = machine;
  if (!interpreter) return;
  post({ type: "window", window: readWindow(interpreter, request), tables: readTables(interpreter, request) });
}

function handle(request: Request): void {
  switch (request.type) {
    // Heard at once, between two slices of a run.
    case "pause":
      return machine.pause();
    case "breakpoints":
      return machine.setBreakpoints(request.at);
    case "stubs":
      return machine.setStubs(request.values);
    case "watch":
      return watch(request);
    case "load":
      void load(request);
      return;
    // One after another.
    case "start":
      machine.pause();
      return settle(request.id, "step", () => machine.start(request.call, request.fresh, request.steps));
    case "step":
      return settle(request.id, "step", () => machine.step(request.kind, progress));
    case "run":
      return settle(request.id, "far", () => machine.run(progress));
    case "back":
      return settle(request.id, request.kind === "run" ? "far" : "step back", () => machine.back(request.kind, progress));
    case "seek":
      return settle(request.id, "far", () => machine.seek(request.to));
    case "live":
      return settle(request.id, "far", () => machine.live());
    case "save":
      return inTurn(() => {
        const bytes = machine.recording();
        if (bytes) post({ type: "saved", bytes });
      });
    case "trails":
      return inTurn(() => {
        const { interpreter } = machine;
        if (interpreter?.state === "Trapped") post({ type: "trails", time: interpreter.time, trails: trailsOf(interpreter) });
      });
    case "change":
      return settle(request.id, "far", () => machine.change(request.change));
  }
}

self.addEventListener("message", (message: MessageEvent<Request>) => {
  try {
    handle(message.data);
  } catch (error) {
    fail(error);
  }
});
