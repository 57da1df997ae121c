/** Reads what the user types as a value of a WebAssembly type, and says what is wrong with it if it is none. */

export type Plain = number | bigint | null;
export type Reading = { readonly ok: true; readonly value: Plain } | { readonly ok: false; readonly message: string };

const WIDTH: Readonly<Record<string, bigint>> = { i32: 32n, i64: 64n };

export function readArgument(text: string, type: string): Reading {
  const trimmed = text.trim().replaceAll("_", "");
  switch (type) {
    case "i32":
    case "i64":
      return readInteger(trimmed, type);
    case "f32":
    case "f64":
      return readFloat(trimmed, type);
    case "v128":
      return problem("A v128 cannot be typed in here; call the function from a small module of your own.");
    default:
      return trimmed === "" || trimmed === "null"
        ? { ok: true, value: null }
        : problem(`A ${type} can only be null here.`);
  }
}

/** What the field of a type holds before anything is typed. */
export function defaultArgument(type: string): string {
  return type in WIDTH || type === "f32" || type === "f64" ? "0" : "null";
}

function readInteger(text: string, type: string): Reading {
  if (text === "") return problem(`Type an ${type}: a whole number.`);
  const match = /^([+-]?)(\d+|0x[0-9a-f]+)n?$/i.exec(text);
  if (!match) return problem(`“${shorten(text)}” is not a whole number. An ${type} is written like 42, -7 or 0xff.`);
  const magnitude = BigInt(match[2]!);
  const value = match[1] === "-" ? -magnitude : magnitude;
  const width = WIDTH[type]!;
  const least = -(1n << (width - 1n));
  const most = (1n << width) - 1n;
  if (value < least || value > most) {
    return problem(`${shorten(text)} does not fit an ${type}: it holds ${least} to ${most}.`);
  }
  const signed = BigInt.asIntN(Number(width), value);
  return { ok: true, value: type === "i32" ? Number(signed) : signed };
}

function readFloat(text: string, type: string): Reading {
  if (text === "") return problem(`Type an ${type}: a number.`);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special) {
    const number = special[2]!.toLowerCase() === "nan" ? NaN : Infinity;
    return { ok: true, value: special[1] === "-" ? -number : number };
  }
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || /^0x[0-9a-f]+$/i.test(text) ? Number(text) : NaN;
  if (Number.isNaN(number)) {
    return problem(`“${shorten(text)}” is not a number. An ${type} is written like 1.5, -2e10, inf or nan.`);
  }
  return { ok: true, value: type === "f32" ? Math.fround(number) : number };
}

function problem(message: string): Reading {
  return { ok: false, message };
}

function shorten(text: string): string {
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
