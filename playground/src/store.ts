/** What survives a reload, kept in the browser's local storage. */

export type Theme = "system" | "light" | "dark";

export interface SavedSource {
  /** The text as it stands in the editor; null where the program is a binary whose printed text was not touched, or too large to be kept. */
  readonly text: string | null;
  readonly fileName: string | null;
  /** A binary, in base 64. */
  readonly bytes: string | null;
}

export interface Saved {
  source: SavedSource | null;
  example: string | null;
  call: { name: string; args: string[] } | null;
  /** Lines with a breakpoint, from 1. */
  breakpoints: number[];
  sizes: { [name: string]: number };
  theme: Theme;
  hexadecimal: boolean;
  letterKeys: boolean;
  tab: string | null;
  stubs: { module: string; name: string; texts: string[] }[];
}

const KEY = "flight-playground";

const DEFAULTS: Saved = {
  source: null,
  example: null,
  call: null,
  breakpoints: [],
  sizes: {},
  theme: "system",
  hexadecimal: false,
  letterKeys: true,
  tab: null,
  stubs: [],
};

export class Store {
  readonly saved: Saved = { ...DEFAULTS, ...read() };
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    // A reload right after a change would otherwise be faster than the timer.
    addEventListener("pagehide", () => this.#write());
  }

  /** Notes a change; it is written a moment later, so that typing does not write at every key. */
  set<K extends keyof Saved>(name: K, value: Saved[K]): void {
    this.saved[name] = value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), 300);
  }

  #write(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.saved));
    } catch {
      // Storage is full or forbidden: the page works as well without a memory.
    }
  }
}

function read(): Partial<Saved> {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return isSaved(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

const isText = (value: unknown): boolean => typeof value === "string";
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isObject = (value: unknown): value is { readonly [name: string]: unknown } => typeof value === "object" && value !== null;

/** The fields that may be null, and what they are else. */
const OBJECTS: { readonly [name: string]: (value: unknown) => boolean } = {
  source: (value) => isObject(value) && isTextOrNull(value["text"]) && isTextOrNull(value["bytes"]) && isTextOrNull(value["fileName"]),
  call: (value) => isObject(value) && isText(value["name"]) && Array.isArray(value["args"]) && value["args"].every(isText),
  example: isText,
  tab: isText,
};

/** Whatever stands in storage may come from another version: a field of the wrong kind makes all of it void. */
function isSaved(value: unknown): value is Partial<Saved> {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(([name, field]) => {
    if (!(name in DEFAULTS)) return false;
    if (name in OBJECTS) return field === null || OBJECTS[name]!(field);
    const sample = DEFAULTS[name as keyof Saved];
    return field !== null && typeof field === typeof sample && Array.isArray(field) === Array.isArray(sample);
  });
}
