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

/** What a part of a view stands for; its own parts are put in place. */
function revived(part) {
  if (typeof part === "string") return part.charCodeAt(0) === MARK ? special(part) : part;
  if (typeof part === "object" && part !== null) revive(part);
  return part;
}

/** Puts in place what strings stand for. */
function revive(node) {
  // Indices as names, which a loop over names would take for the items of a list, are slow.
  if (Array.isArray(node)) {
    for (let index = 0; index < node.length; index += 1) node[index] = revived(node[index]);
    return;
  }
  for (const key in node) {
    const part = node[key];
    if (typeof part === "string" ? part.charCodeAt(0) === MARK : typeof part === "object") node[key] = revived(part);
  }
}

/** A view from its text. */
export function parse(text) {
  const view = JSON.parse(text);
  // Most views have none.
  if (!text.includes("\\u0001")) return view;
  return revived(view);
}
