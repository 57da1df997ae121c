// What a module has: its imports and exports, functions, sections, and its text.

/** The type of a function. */
export interface FunctionType {
  /** The types of the parameters, as the text format writes them. */
  readonly params: readonly string[];
  /** The types of the results; none for a function that returns nothing. */
  readonly results: readonly string[];
}

/** How small and how large a memory or table may be: in pages, or in entries. */
export interface Limits {
  /** The size that it has at least, and begins with. */
  readonly minimum: bigint;
  /** The size that it never grows beyond; `null` if its type sets no bound. */
  readonly maximum: bigint | null;
  /** Whether its addresses or entries are numbered by `i64`, not `i32`. */
  readonly is64: boolean;
}

/** The type of an import or export. */
export type ExternType =
  | {
      /** A function. */
      readonly kind: "func";
      /** Its parameters and results. */
      readonly type: FunctionType;
    }
  | {
      /** A table. */
      readonly kind: "table";
      /** The type of its entries, such as "funcref". */
      readonly element: string;
      /** Its size, in entries. */
      readonly limits: Limits;
    }
  | {
      /** A memory. */
      readonly kind: "memory";
      /** Its size, in pages. */
      readonly limits: Limits;
      /** The size of a page in bytes: 65,536, unless the module says otherwise. */
      readonly pageSize: number;
      /** Whether its type is that of a memory which threads may share. */
      readonly shared: boolean;
    }
  | {
      /** A global. */
      readonly kind: "global";
      /** The type of its value. */
      readonly content: string;
      /** Whether its value can be changed. */
      readonly mutable: boolean;
    }
  | {
      /** A tag: a kind of exceptions. */
      readonly kind: "tag";
      /** What its exceptions carry, as parameters; there are no results. */
      readonly type: FunctionType;
    };

/** An import: its two names as the module writes them, and the type that is wanted. */
export type ImportDescriptor = {
  /** The first name: that of the module that it is taken from. */
  readonly module: string;
  /** The second name: what it is called there. */
  readonly name: string;
} & ExternType;

/** An export. */
export type ExportDescriptor = {
  /** The name that it is exported by; no two exports have the same. */
  readonly name: string;
  /** Its index in the module's index space of that kind. */
  readonly index: number;
} & ExternType;

/** A function of the module, imported ones first. */
export interface FunctionDescriptor {
  /** Its index in the module, from 0 on. */
  readonly index: number;
  /** Its name in the name section, else as an export or import; `null` if it has none. */
  readonly name: string | null;
  /** Whether it is imported, and so has no body here. */
  readonly imported: boolean;
  /** Its parameters and results. */
  readonly type: FunctionType;
  /** The byte offset in the module at which its body begins; `null` for an imported function. */
  readonly start: number | null;
  /** The byte offset behind its body; `null` for an imported function. */
  readonly end: number | null;
}

/** A section of the module. */
export interface SectionDescriptor {
  /** Its kind, such as "code", or a custom section's own name. */
  readonly name: string;
  /** Whether it is a custom section, which has no part in execution. */
  readonly custom: boolean;
  /** The byte offset at which its contents begin; those of a custom section begin behind its name. */
  readonly start: number;
  /** The byte offset behind its contents. */
  readonly end: number;
}

/** WebAssembly text printed from the module. */
export interface PrintedText {
  /** The text, with line feeds between the lines. */
  readonly text: string;
  /** For each line the byte offset in the module at which its item begins; `null` for a line without one. */
  readonly offsets: readonly (number | null)[];
}

/** An instruction's place in the text that a module was made of. */
export interface TextPosition {
  /** From 1 on. */
  readonly line: number;
  /** From 1 on, in UTF-16 units. */
  readonly column: number;
  /** The instruction's byte offset in the module. */
  readonly offset: number;
}

/** What a module is made with. */
export interface ModuleOptions {
  /**
   * The features that the module may use: names with commas between them, `-` before one that is taken away;
   * `v1`, `v2`, `v3` are versions of the specification, `all` (the default) is everything.
   * A module that uses another one is refused with a message that names it.
   */
  readonly features?: string;
}
