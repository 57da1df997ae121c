// The guest's calls in the stack of an error, in the form that engines use for their own WebAssembly.

/** Most calls that a stack names. */
const MOST = 50;

/** One call: its name, and where it is. */
function place({ name, function: index, offset }) {
  const where = offset === null ? "imported function" : `wasm-function[${index}]:0x${offset.toString(16)}`;
  return { name, where };
}

/** The lines of the calls of a guest, innermost first, of which `depth` are under way. */
function lines(frames, depth, line) {
  const named = frames.slice(0, MOST).map((frame) => line(place(frame)));
  const more = depth - named.length;
  return more > 0 ? [...named, `    ... ${more} more calls`] : named;
}

/** As V8 writes it. */
const atLine = ({ name, where }) => (name === null ? `    at ${where}` : `    at ${name} (${where})`);
/** As other engines do. */
const plainLine = ({ name, where }) => `${name ?? ""}@${where}`;

/** Puts the guest's calls before JavaScript's own in the stack of an error. */
export function addGuestStack(error, frames, depth = frames.length) {
  error.guestStack = lines(frames, depth, atLine).join("\n");
  const own = typeof error.stack === "string" ? error.stack : "";
  const header = own.indexOf("\n    at ");
  if (header >= 0) error.stack = `${error.name}: ${error.message}\n${error.guestStack}${own.slice(header)}`;
  else error.stack = `${lines(frames, depth, plainLine).join("\n")}\n${own}`;
  return error;
}
