// Reads the views that the raw layer hands out as text (`src/crossing.rs`).

/** What a string begins with that stands for something that JSON has no words for. */
const MARK = 1;

/** What such a string stands for. */
function special(text) {
  const rest = text.slice(2);
  switch (text[1]) {
    case "n":
      return BigInt(rest);
    case "b":
      return Uint8Array.from({ length: rest.length / 2 }, (_, at) => Number.parseInt(rest.slice(2 * at, 2 * at + 2), 16));
    case "f":
      return Number(rest);
    default:
      return rest;
  }
}

/** Puts in place what the strings stand for. */
function revive(node) {
  for (const key in node) {
    const value = node[key];
    if (typeof value === "string") {
      if (value.charCodeAt(0) === MARK) node[key] = special(value);
    } else if (typeof value === "object" && value !== null) {
      revive(value);
    }
  }
}

/** A view from its text. */
export function parse(text) {
  const view = JSON.parse(text);
  // Most views have none.
  if (!text.includes("\\u0001")) return view;
  if (typeof view === "string") return view.charCodeAt(0) === MARK ? special(view) : view;
  revive(view);
  return view;
}
