/** Runs a task slice by slice, so that messages from the page are heard between two slices. */
import type { Stop } from "flight-wasm";
import type { Task } from "./tasks.ts";

/** A slice aims at so many milliseconds: short enough for Pause to feel immediate, long enough to be worth the break. */
const SLICE_MS = 12;
/** While it runs, the page hears of it so often. */
const PROGRESS_MS = 100;
const LEAST_FUEL = 1_000;
const MOST_FUEL = 50_000_000;

export class Slices {
  // A message to oneself gives way to other messages without the 4 ms that a nested timer costs.
  readonly #turns = new MessageChannel();
  #fuel = 50_000;
  #stopping = false;

  /** Asks the task that is running to stop after its slice. */
  stop(): void {
    this.#stopping = true;
  }

  /** Runs the task to its end; null if it was stopped before. */
  async run(task: Task, progress: () => void): Promise<Stop | null> {
    this.#stopping = false;
    let reported = performance.now();
    for (;;) {
      const begun = performance.now();
      const stop = task(this.#fuel);
      if (stop.reason !== "OutOfFuel") return stop;
      const ended = performance.now();
      this.#adapt(ended - begun);
      if (ended - reported >= PROGRESS_MS) {
        reported = ended;
        progress();
      }
      await this.#turn();
      if (this.#stopping) return null;
    }
  }

  /** The fuel follows the speed of machine and program, at most fourfold at a time. */
  #adapt(milliseconds: number): void {
    const factor = Math.min(4, Math.max(0.25, SLICE_MS / Math.max(milliseconds, 0.1)));
    this.#fuel = Math.round(Math.min(MOST_FUEL, Math.max(LEAST_FUEL, this.#fuel * factor)));
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#turns.port1.onmessage = () => resolve();
      this.#turns.port2.postMessage(null);
    });
  }
}
