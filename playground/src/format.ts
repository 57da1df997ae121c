/** Numbers and names as people read them. */
import type { FunctionReference, TypedValue } from "flight-wasm";

export type Base = "decimal" | "hexadecimal";

const BITS: Readonly<Record<string, number>> = { i32: 32, i64: 64, f32: 32, f64: 64, v128: 128 };

/** A value in the base that the user reads. */
export function formatValue(value: TypedValue, base: Base = "decimal"): string {
  if (!(value.type in BITS)) return formatReference(value.value);
  if (value.type === "v128") return `0x${value.bits ?? BigInt(value.value as bigint).toString(16).padStart(32, "0")}`;
  if (base === "hexadecimal") return `0x${hexBits(value)}`;
  if (value.type === "f32" || value.type === "f64") return formatFloat(value);
  return String(value.value);
}

/** The same value in its other readings, for a tooltip. */
export function otherReadings(value: TypedValue): string {
  if (!(value.type in BITS)) return `${value.type}: ${formatReference(value.value)}`;
  if (value.type === "v128") return lanes(value);
  const bits = hexBits(value);
  const readings = [`${value.type} ${formatValue(value)}`];
  if (value.type === "i32" || value.type === "i64") {
    const unsigned = BigInt(`0x${bits}`);
    readings.push(`unsigned ${unsigned}`);
  }
  readings.push(`0x${bits}`);
  return readings.join("\n");
}

/** The bits of a number at full width. */
function hexBits(value: TypedValue): string {
  if (value.bits !== undefined) return value.bits;
  const width = BITS[value.type] ?? 64;
  return BigInt.asUintN(width, BigInt(value.value as number | bigint)).toString(16).padStart(width / 4, "0");
}

function formatFloat(value: TypedValue): string {
  const number = value.value as number;
  if (Number.isNaN(number)) return value.bits === undefined ? "nan" : `nan 0x${value.bits}`;
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
  if (Object.is(number, -0)) return "-0";
  return value.type === "f32" ? shortestSingle(number) : String(number);
}

/** The shortest decimal that is this very f32: JavaScript would print the digits of the f64 that it is held in. */
function shortestSingle(number: number): string {
  for (let digits = 1; digits <= 9; digits += 1) {
    const text = number.toPrecision(digits);
    if (Math.fround(Number(text)) === number) return String(Number(text));
  }
  return String(number);
}

function lanes(value: TypedValue): string {
  const bits = value.bits ?? "";
  // The bits are written with the highest byte first; lane 0 is at the end.
  const words = bits.match(/.{8}/g)?.reverse() ?? [];
  return `v128 as i32x4\n${words.map((word, lane) => `lane ${lane}: ${Number(`0x${word}`) | 0}`).join("\n")}`;
}

export function formatReference(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "object" && "function" in value) return functionName(value as FunctionReference & { function: number });
  return String(value);
}

/** A function as people call it: by its name, else by its index. */
export function functionName(func: { readonly function: number; readonly name: string | null }): string {
  return func.name ?? `func ${func.function}`;
}

/** An address or an offset: always hexadecimal, always eight digits at least. */
export function formatAddress(address: number): string {
  return address.toString(16).padStart(8, "0");
}

export function formatBytes(size: number): string {
  if (size < 1024) return `${size} ${size === 1 ? "byte" : "bytes"}`;
  if (size < 1024 * 1024) return `${trim(size / 1024)} KiB`;
  if (size < 1024 ** 3) return `${trim(size / 1024 ** 2)} MiB`;
  return `${trim(size / 1024 ** 3)} GiB`;
}

function trim(number: number): string {
  return number.toFixed(1).replace(/\.0$/, "");
}

/** A large count with thin spaces between groups of three. */
export function formatCount(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
