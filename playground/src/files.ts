/** Files that the user opens or drops: what they are, or why they cannot be used. */
import { formatBytes } from "./format.ts";
import type { Source } from "./protocol.ts";

/** Text above this size is hardly text that someone wrote, and would only make the editor slow. */
const MOST_TEXT = 8 << 20;
const MOST_BYTES = 512 << 20;
const MAGIC = [0x00, 0x61, 0x73, 0x6d];
/** What a recording begins with: a zero byte and "flightr". */
const RECORDING = [0x00, 0x66, 0x6c, 0x69, 0x67, 0x68, 0x74, 0x72];

export type Opened = { readonly source: Source } | { readonly problem: string };

export async function readFile(file: File): Promise<Opened> {
  try {
    return await classify(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `${file.name} cannot be read: ${reason}. Choose it again, or another file.` };
  }
}

async function classify(file: File): Promise<Opened> {
  if (file.size === 0) return { problem: `${file.name} is empty. Open a .wasm file, or one in the text format (.wat).` };
  // The first bytes decide, so that a huge file of something else is not read at all.
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  if (begins(head, MAGIC) || begins(head, RECORDING)) {
    if (file.size > MOST_BYTES) {
      return { problem: `${file.name} is too large: ${formatBytes(file.size)}, where ${formatBytes(MOST_BYTES)} are the most that a page can hold.` };
    }
    return { source: sourceOf(file.name, new Uint8Array(await file.arrayBuffer())) };
  }
  const text = file.size <= MOST_TEXT ? asText(new Uint8Array(await file.arrayBuffer())) : null;
  if (text !== null) return { source: { kind: "text", text } };
  const found = [...head.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return {
    problem: `${file.name} is not WebAssembly: at offset 00000000 it has ${found}, where a module has 00 61 73 6d. Open a .wasm file, one in the text format (.wat), or a recorded run (.flight).`,
  };
}

function begins(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** A module or a recorded run, by its first bytes. */
export function sourceOf(name: string, bytes: Uint8Array<ArrayBuffer>): Source {
  return { kind: begins(bytes, RECORDING) ? "recording" : "bytes", name, bytes };
}

/** Hands a file to the user. */
export function saveFile(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The text, if these bytes are WebAssembly text: it begins with a parenthesis or a comment. */
function asText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return /^\s*(\(|;;)/.test(text) ? text : null;
  } catch {
    return null;
  }
}

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // In pieces: the arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** The bytes; null where the text is no base 64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** Lets files be dropped anywhere on the page. */
export function acceptDrops(open: (file: File) => void): void {
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  let inside = 0;
  const hint = (): void => {
    document.body.classList.toggle("dropping", inside > 0);
  };
  addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    inside += 1;
    hint();
  });
  addEventListener("dragleave", (event) => {
    if (!carriesFiles(event)) return;
    inside = Math.max(0, inside - 1);
    hint();
  });
  addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  // Before the editor, which would insert the file as text.
  addEventListener(
    "drop",
    (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      inside = 0;
      hint();
      const file = event.dataTransfer?.files[0];
      if (file) open(file);
    },
    { capture: true },
  );
}
