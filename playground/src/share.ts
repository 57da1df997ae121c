/** A link that holds the whole program, compressed, behind the `#`: no server ever sees it. */
import { fromBase64, toBase64 } from "./files.ts";
import type { CallTexts } from "./toolbar/call-form.ts";

export interface Shared {
  readonly text: string;
  readonly call: CallTexts | null;
}

const MARK = "#program=";

export async function makeLink(shared: Shared): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(shared));
  const packed = await through(bytes, new CompressionStream("deflate-raw"));
  const text = toBase64(packed).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return `${location.href.split("#")[0]}${MARK}${text}`;
}

/** What the page's address holds; null where it holds nothing, an error where it holds rubbish. */
export async function readLink(): Promise<Shared | null> {
  if (!location.hash.startsWith(MARK)) return null;
  const text = location.hash.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/");
  // Taken once: a reload afterwards shows what the user has made of it.
  history.replaceState(null, "", location.href.split("#")[0]);
  const packed = fromBase64(text);
  if (!packed) throw new Error("the link is cut");
  const bytes = await through(packed, new DecompressionStream("deflate-raw"));
  const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!isShared(parsed)) throw new Error("the link holds no program");
  return parsed;
}

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const readable = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array<ArrayBuffer>>);
  return new Uint8Array(await new Response(readable).arrayBuffer());
}

function isShared(value: unknown): value is Shared {
  if (typeof value !== "object" || value === null || !("text" in value) || typeof value.text !== "string") return false;
  const call = "call" in value ? value.call : null;
  return (
    call === null ||
    (typeof call === "object" && call !== null && "name" in call && typeof call.name === "string" && "args" in call && Array.isArray(call.args))
  );
}
