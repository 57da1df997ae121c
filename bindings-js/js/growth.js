// Notices when memories and tables have grown.

/** The sizes of all memories (in bytes) and tables (in entries) of a machine, by what and where they are. */
function sizes(machine) {
  const found = new Map();
  for (const { interpreter, raw } of machine.instances.values()) {
    const memories = raw.memoryCount();
    raw.memorySizes().forEach((size, at) => {
      const [kind, index] = at < memories ? ["memory", at] : ["table", at - memories];
      const key = `${kind} ${raw.address(kind, index)}`;
      // What one instance imports from another one is the same thing, and told once.
      if (!found.has(key)) found.set(key, { interpreter, [kind]: index, size });
    });
  }
  return found;
}

export class Growth {
  #machine;
  /** The sizes before; null while nobody listens. */
  #before = null;

  constructor(machine) {
    this.#machine = machine;
  }

  /** To be called before the machine is let go. */
  before() {
    this.#before = this.#machine.events.wanted("growth") ? sizes(this.#machine) : null;
  }

  /** To be called behind it: tells what has grown. */
  after() {
    const before = this.#before;
    if (before === null) return;
    this.#before = null;
    const { raw, events } = this.#machine;
    if (raw.inPast) return;
    const { time } = raw;
    for (const [key, { size: after, ...what }] of sizes(this.#machine)) {
      const size = before.get(key)?.size ?? after;
      if (after > size) events.tell("growth", { ...what, before: size, after, time });
    }
  }
}
