/** Takes the snapshot that the page is shown at a pause. */
import type { Interpreter, Stop } from "flight-wasm";
import type { MemoryWindow, Past, Snapshot, TableWindow } from "../protocol.ts";
import { changesBetween, copyMemories, NO_CHANGES, type Distance, type PauseRecord } from "./changes.ts";
import type { Course } from "./course.ts";
import { plainFrame, plainGlobal, plainTrap, plainValue } from "./plain.ts";

/** Most frames that a snapshot carries; a runaway recursion has tens of thousands. */
const MOST_FRAMES = 200;

/** What the page looks at. */
export interface Watch {
  readonly memory: number;
  readonly address: number;
  readonly length: number;
  readonly tableEntries: number;
}

export function readWindow(interpreter: Interpreter, watch: Watch): MemoryWindow | null {
  if (watch.memory >= interpreter.memoryCount) return null;
  const view = interpreter.memory(watch.memory);
  const address = Math.min(watch.address, view.size);
  return { memory: watch.memory, address, bytes: view.read(address, watch.length) };
}

export function readTables(interpreter: Interpreter, watch: Watch): TableWindow[] {
  return Array.from({ length: interpreter.tableCount }, (_, index) => {
    const table = interpreter.table(index);
    const entries = table.entries(0, watch.tableEntries).map(plainValue);
    return { index, element: table.element, size: table.size, entries };
  });
}

/** Everything about one pause: what is sent, and what is kept to compare the next pause with. */
export interface Pause {
  readonly snapshot: Snapshot;
  readonly record: PauseRecord;
}

export function takeSnapshot(
  interpreter: Interpreter,
  about: {
    readonly stop: Stop | null;
    readonly course: Course;
    readonly watch: Watch;
    /** The pause before, if it belongs to the same run, and what lies between. */
    readonly before: PauseRecord | null;
    readonly distance: Distance;
  },
): Pause {
  const frames = interpreter.framesFrom(0, MOST_FRAMES).map(plainFrame);
  const explanation = interpreter.explanation;
  const globals = interpreter.globals.map(plainGlobal);
  const window = readWindow(interpreter, about.watch);
  const { moment } = interpreter;
  const record: PauseRecord = {
    moment,
    depth: interpreter.depth,
    frame: frames[0],
    caller: frames[1],
    takes: explanation ? explanation.takes.length : null,
    globals,
    memories: copyMemories(interpreter),
    window,
  };
  const snapshot: Snapshot = {
    state: interpreter.state,
    time: moment.time,
    moment,
    past: pastOf(interpreter, about.course),
    stop: about.stop,
    ...about.course.at(moment),
    depth: interpreter.depth,
    frames,
    explanation: explanation && {
      ...explanation,
      takes: explanation.takes.map(plainValue),
      gives: explanation.gives?.map(plainValue) ?? null,
    },
    globals,
    memories: Array.from({ length: interpreter.memoryCount }, (_, index) => interpreter.memory(index).size),
    window,
    tables: readTables(interpreter, about.watch),
    results: interpreter.results?.map(plainValue) ?? null,
    trap: interpreter.trap && plainTrap(interpreter.trap),
    changes: about.before ? changesBetween(about.before, record, about.distance) : NO_CHANGES,
  };
  return { snapshot, record };
}

function pastOf(interpreter: Interpreter, course: Course): Past | null {
  const { history } = interpreter;
  if (!history) return null;
  const { begin, end } = history;
  return { begin, end, inPast: interpreter.inPast, marks: course.marks(begin.time, end.time) };
}
