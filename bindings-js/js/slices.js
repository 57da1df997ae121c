// Execution in slices, between which the event loop gets a turn.

/** How long a slice should take, in milliseconds: a page that is shown sixty times a second stays smooth. */
const SLICE = 8;
const LEAST = 20_000;
const MOST = 100_000_000;

/** A turn of the event loop. A timer would wait for milliseconds. */
const turn =
  typeof setImmediate === "function"
    ? () => new Promise((resolve) => setImmediate(resolve))
    : () =>
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            port1.close();
            resolve();
          };
          port2.postMessage(null);
        });

/** Slices of about the same time: their fuel follows the speed of what is executed. */
export class Slices {
  #signal;
  #fuel = 200_000;

  constructor(signal) {
    this.#signal = signal;
  }

  /** Executes one slice. */
  run(execute, most = Infinity) {
    const fuel = Math.min(this.#fuel, most);
    const began = performance.now();
    const stop = execute(fuel);
    const took = performance.now() - began;
    if ((stop.reason ?? stop) === "OutOfFuel" && fuel === this.#fuel) {
      // At most twice as much at once, since the next instructions may be slower ones.
      const factor = Math.min(2, Math.max(0.25, SLICE / Math.max(took, 0.01)));
      this.#fuel = Math.round(Math.min(MOST, Math.max(LEAST, fuel * factor)));
    }
    return stop;
  }

  /** Lets the event loop turn; throws the signal's reason if that has been aborted by then. */
  async turn() {
    await turn();
    this.#signal?.throwIfAborted();
  }
}

/** Waits for a promise, or for a signal: then it rejects with the signal's reason. */
export function abortable(promise, signal) {
  if (!signal) return promise;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
