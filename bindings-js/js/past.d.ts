// The record of a machine's past: its moments, what was done from outside, and where things come from.
import type { State } from "./running.js";
import type { FunctionReference, ObjectReference, TypedValue } from "./values.js";
import type { ExceptionInfo, TrapInfo } from "./views.js";
import type { SharedPlace, WatchValue } from "./watchpoints.js";

/** A moment of a machine's course. They are ordered: by time, then by actions, then by whether the machine had trapped. */
export interface Moment {
  /** How many instructions had been executed. */
  readonly time: bigint;
  /** How many actions of the embedder had been recorded: calls, answers, changes by hand. */
  readonly actions: number;
  /** Whether the machine had trapped. */
  readonly trapped: boolean;
}

/** A {@link Moment} as it is given. */
export interface GivenMoment {
  /** How many instructions have been executed, from 0 to 2^64 - 1. */
  readonly time: number | bigint;
  /** How many actions of the embedder have been recorded, from 0 on. */
  readonly actions: number | bigint;
  /** Whether the machine has trapped. */
  readonly trapped: boolean;
}

/** What is kept of a machine's past. */
export interface History {
  /** The earliest moment that can be gone back to. */
  readonly begin: Moment;
  /** The furthest moment that has been reached. */
  readonly end: Moment;
  /** How many copies of the machine are kept. */
  readonly checkpoints: number;
  /** The bytes that they and the journal take. */
  readonly bytes: number;
  /** The bytes that they may take. */
  readonly budget: number;
}

/** A recorded future that was given up, since the machine went on in another way. */
export interface Branch {
  /** Where the machine went on in another way. */
  readonly at: Moment;
  /** How far it had been before. */
  readonly dropped: Moment;
}

/** What a replay that agreed with the record has compared. */
export interface Verified {
  /** How many instructions were executed again. */
  readonly instructions: bigint;
  /** How many actions of the embedder were done again. */
  readonly actions: number;
  /** At how many moments the whole machine was compared; 0 for a record that is not from a file. */
  readonly marks: number;
}

/** Something that the embedder did. Indices are those of the module; `null` stands for what is not of this module. */
export type Action =
  | {
      /** A function was called. */
      readonly action: "Start";
      /** The function's index. */
      readonly function: number | null;
      /** The function's name, as in {@link FunctionReference}; `null` if it has none. */
      readonly name: string | null;
      /** What it was called with. */
      readonly arguments: readonly TypedValue[];
    }
  | {
      /** An imported function has returned. */
      readonly action: "Answer";
      /** The imported function's index. */
      readonly function: number | null;
      /** The import's two names with a dot between. */
      readonly name: string | null;
      /** What it was called with. */
      readonly arguments: readonly TypedValue[];
      /** What it returned. */
      readonly results: readonly TypedValue[];
    }
  | {
      /** An imported function has thrown, and the machine trapped. */
      readonly action: "Fail";
      /** The imported function's index. */
      readonly function: number | null;
      /** The import's two names with a dot between. */
      readonly name: string | null;
      /** What it was called with. */
      readonly arguments: readonly TypedValue[];
      /** The kind of the trap that came of it, as in {@link TrapInfo}. */
      readonly kind: string;
      /** What it has thrown, in words. */
      readonly explanation: string;
    }
  | {
      /** An imported function has thrown an exception into the guest. */
      readonly action: "Throw";
      /** The imported function's index. */
      readonly function: number | null;
      /** The import's two names with a dot between. */
      readonly name: string | null;
      /** What it was called with. */
      readonly arguments: readonly TypedValue[];
      /** The exception. */
      readonly exception: ExceptionInfo;
      /** Whether the guest had a handler for it; if not, the machine trapped. */
      readonly caught: boolean;
    }
  | {
      /** The results of a call were taken. */
      readonly action: "TakeResults";
      /** The results. */
      readonly results: readonly TypedValue[];
    }
  | {
      /** The innermost call was dropped; all calls were dropped; garbage was collected early. */
      readonly action: "Unwind" | "Reset" | "CollectGarbage";
    }
  | {
      /** The calls that an imported function had left under way were dropped. */
      readonly action: "LeaveNested";
      /** How many calls were left. */
      readonly depth: number;
    }
  | {
      /** Bytes of a memory were changed. */
      readonly action: "WriteMemory";
      /** The memory's index. */
      readonly memory: number | null;
      /** The address of the first byte. */
      readonly address: bigint;
      /** The bytes that were written. */
      readonly bytes: Uint8Array;
    }
  | {
      /** A memory was grown. */
      readonly action: "GrowMemory";
      /** The memory's index. */
      readonly memory: number | null;
      /** By how many pages. */
      readonly delta: bigint;
    }
  | {
      /** A global was changed. */
      readonly action: "SetGlobal";
      /** The global's index. */
      readonly global: number | null;
      /** Its new value. */
      readonly value: TypedValue;
    }
  | {
      /** An entry of a table was changed. */
      readonly action: "SetTableEntry";
      /** The table's index. */
      readonly table: number | null;
      /** The entry's position, from 0 on. */
      readonly entry: bigint;
      /** Its new value. */
      readonly value: TypedValue;
    }
  | {
      /** A table was grown. */
      readonly action: "GrowTable";
      /** The table's index. */
      readonly table: number | null;
      /** By how many entries. */
      readonly delta: bigint;
      /** What the new entries hold. */
      readonly value: TypedValue;
    }
  | {
      /** A local was changed. */
      readonly action: "SetLocal";
      /** The frame's distance from the innermost one. */
      readonly frame: number;
      /** The local's index; parameters come first. */
      readonly index: number;
      /** Its new value. */
      readonly value: TypedValue;
    }
  | {
      /** An operand was changed. */
      readonly action: "SetOperand";
      /** The frame's distance from the innermost one. */
      readonly frame: number;
      /** Which of the frame's operands, from the bottom. */
      readonly position: number;
      /** Its new value. */
      readonly value: TypedValue;
    }
  | {
      /** An object was kept alive, or released. */
      readonly action: "Keep" | "Release";
      /** The object. */
      readonly object: ObjectReference;
    }
  | {
      /** Something that this version of the package has no words for. */
      readonly action: "Other";
    };

/** One thing that the embedder did. */
export type JournalEntry = {
  /** How many instructions had been executed. */
  readonly time: bigint;
  /** The state that the machine was in before. */
  readonly state: State;
} & Action;

/** Where something can have been written. */
export type WrittenPlace =
  | SharedPlace
  | {
      /** The local's index; parameters come first. */
      readonly local: number;
      /** Distance of its frame from the innermost one; 0 if left out. */
      readonly frame?: number;
    };

/** An operand: of a frame, or of the instruction that trapped. */
export type OperandPlace =
  | {
      /** Which of the frame's operands, counted from the bottom (0). */
      readonly stackSlot: number;
      /** Distance of the frame from the innermost one; 0 if left out. */
      readonly frame?: number;
    }
  | {
      /** Which of the operands in `trap.operands`, from 0 on. */
      readonly trapOperand: number;
    };

/** Where something comes from: an instruction of the guest's, or what the embedder did. */
export type Origin = {
  /** The moment before it was done: `seek` goes there. */
  readonly moment: Moment;
  /** What was written or pushed; `null` where that is not to be had. */
  readonly wrote: WatchValue | null;
} & (
  | {
      /** An instruction did it. */
      readonly by: "instruction";
      /** The index of its function, in the module of that function's instance. */
      readonly function: number;
      /** The function's name, as in {@link FunctionReference}; `null` if it has none. */
      readonly name: string | null;
      /** The instruction's byte offset in the module. */
      readonly offset: number;
      /** The instruction as text, with immediates. */
      readonly instruction: string;
      /** How many calls lay on each other, the instruction's own included. */
      readonly depth: number;
    }
  | ({
      /** The embedder did it: the other fields say what, as in the journal. */
      readonly by: "embedder";
    } & Action)
);
