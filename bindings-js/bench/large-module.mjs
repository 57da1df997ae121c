// A module of about five megabytes: many functions of ordinary code.

const leb = (number) => {
  const bytes = [];
  do {
    bytes.push((number & 0x7f) | (number > 0x7f ? 0x80 : 0));
    number >>>= 7;
  } while (number > 0);
  return bytes;
};

function section(id, parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [[id], leb(length), ...parts];
}

/** A function of two parameters and two locals that loads, computes, stores, branches and calls. */
function body(index) {
  const turn = [
    0x20, 0, 0x28, 2, ...leb(4 * (index % 1000)), 0x20, 1, 0x6a, 0x22, 2, // local 2 = load + parameter 1
    0x41, ...leb(index % 64), 0x46, 0x04, 0x40, 0x20, 2, 0x41, 3, 0x74, 0x21, 3, 0x0b, // if it is a number, local 3 = it << 3
    0x20, 0, 0x20, 3, 0x20, 2, 0x73, 0x36, 2, 8, // store the exclusive or
  ];
  const code = [1, 2, 0x7f, ...Array.from({ length: 16 }, () => turn).flat()];
  // Each calls the one before it, the first one itself.
  code.push(0x20, 3, 0x20, 2, 0x10, ...leb(Math.max(0, index - 1)), 0x0b);
  return Uint8Array.from([...leb(code.length), ...code]);
}

/** The module's bytes. */
export function largeModule(functions = 9000) {
  const bodies = Array.from({ length: functions }, (_, index) => body(index));
  const parts = [
    [[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]],
    section(1, [[1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f]]),
    section(3, [leb(functions), new Uint8Array(functions)]),
    section(5, [[1, 0, 1]]),
    section(7, [[1, 4, ...new TextEncoder().encode("main"), 0, ...leb(functions - 1)]]),
    section(10, [leb(functions), ...bodies]),
  ].flat();
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
