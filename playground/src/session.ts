/** The page's end of the line to the worker. */
import type { Event, Request } from "./protocol.ts";

export class Session {
  #worker: Worker;

  constructor(private readonly heard: (event: Event) => void) {
    this.#worker = this.#open();
  }

  send(request: Request): void {
    this.#worker.postMessage(request);
  }

  /** Ends the worker, whatever it is doing, and begins with a new one. */
  replace(): void {
    this.#worker.terminate();
    this.#worker = this.#open();
  }

  #open(): Worker {
    const worker = new Worker(new URL("./worker/worker.ts", import.meta.url), { type: "module", name: "Flight" });
    worker.addEventListener("message", (message: MessageEvent<Event>) => {
      // What a worker sent before it was replaced belongs to a machine that is gone.
      if (worker === this.#worker) this.heard(message.data);
    });
    worker.addEventListener("error", (event) => {
      if (worker === this.#worker) this.heard({ type: "broken", message: event.message || "The worker could not be started." });
    });
    return worker;
  }
}
