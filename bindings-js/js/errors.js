// The errors that this package throws.
import { parse } from "./crossing.js";
import { addGuestStack } from "./guest-stack.js";

export class CompileError extends Error {
  constructor(message, { kind = "invalid", offset = null, line = null, column = null } = {}) {
    super(message);
    this.name = "CompileError";
    this.kind = kind;
    this.offset = offset;
    this.line = line;
    this.column = column;
  }
}

export class LinkError extends Error {
  constructor(message, { problems = [] } = {}) {
    super(message);
    this.name = "LinkError";
    this.problems = problems;
  }
}

export class Trap extends Error {
  constructor(message, info, options) {
    super(message, options);
    this.name = "Trap";
    this.kind = info.kind;
    this.info = info;
    addGuestStack(this, info.frames, info.depth);
  }
}

export class UsageError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = "UsageError";
  }
}

export class DivergedError extends Error {
  constructor(message, { moment = null } = {}) {
    super(message);
    this.name = "DivergedError";
    this.moment = moment;
  }
}

/** A trap that happened before there was a machine to look into. */
function bareTrap(message, kind) {
  return new Trap(message, {
    kind,
    message,
    explanation: message,
    offset: null,
    function: null,
    instruction: null,
    operands: [],
    exception: null,
    frames: [],
    depth: 0,
  });
}

/** Makes the raw layer's error one of the classes above; anything else stays as it is. */
function typed(error) {
  const fields = error?.flight === undefined ? undefined : parse(error.flight);
  switch (fields?.class) {
    case "CompileError":
      return new CompileError(error.message, fields);
    case "LinkError":
      return new LinkError(error.message, fields);
    case "Trap":
      return bareTrap(error.message, fields.kind);
    case "DivergedError":
      return new DivergedError(error.message, fields);
    case "UsageError":
      return new UsageError(error.message);
    default:
      return error;
  }
}

/** Calls into the raw layer; what it throws comes out as one of the classes above. */
export function guarded(call) {
  try {
    return call();
  } catch (error) {
    throw typed(error);
  }
}
