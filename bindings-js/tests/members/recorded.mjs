// In place of the package, tests get a module that notes what they use. This makes its text.

/** `index` and `members` are the addresses of the package's entry and of this folder. */
export function recordedSource(declared, { index, members }) {
  const names = Object.values(declared).filter(({ kind }) => ["class", "function", "value"].includes(kind)).map(({ name }) => name);
  return `
    import * as real from ${JSON.stringify(index)};
    import { begin } from ${JSON.stringify(new URL("recording.mjs", members).href)};
    export const { ${names.join(", ")} } = begin(${JSON.stringify(declared)}).wrap(real);`;
}
