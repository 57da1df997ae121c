/** The programs in the menu, in its order. */
import counter from "./counter.wat?raw";
import dispatch from "./dispatch.wat?raw";
import divideByZero from "./divide-by-zero.wat?raw";
import endless from "./endless.wat?raw";
import factorial from "./factorial.wat?raw";
import fibonacci from "./fibonacci.wat?raw";
import hello from "./hello.wat?raw";
import loopSum from "./loop-sum.wat?raw";
import outOfBounds from "./out-of-bounds.wat?raw";
import sieve from "./sieve.wat?raw";
import swap from "./swap.wat?raw";
import tailCall from "./tail-call.wat?raw";

export interface Example {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly text: string;
  readonly call: { readonly name: string; readonly args: readonly string[] };
  /** Steps taken before the user takes over, so that there is something to see. */
  readonly steps: number;
}

export const EXAMPLES: readonly Example[] = [
  // So many steps lead to the multiplication of 4 by 6, two calls deep.
  { id: "factorial", title: "Factorial", group: "Calls", text: factorial, call: { name: "factorial", args: ["5"] }, steps: 119 },
  { id: "fibonacci", title: "Fibonacci", group: "Calls", text: fibonacci, call: { name: "fib", args: ["7"] }, steps: 0 },
  { id: "dispatch", title: "Dispatch table", group: "Calls", text: dispatch, call: { name: "calculate", args: ["2", "6", "7"] }, steps: 0 },
  { id: "tail-call", title: "Tail calls", group: "Calls", text: tailCall, call: { name: "even", args: ["10"] }, steps: 0 },
  { id: "loop-sum", title: "Loop sum", group: "Values", text: loopSum, call: { name: "sum", args: ["10"] }, steps: 0 },
  { id: "counter", title: "Counter", group: "Values", text: counter, call: { name: "bump", args: [] }, steps: 0 },
  { id: "swap", title: "Several values", group: "Values", text: swap, call: { name: "sort", args: ["42", "17"] }, steps: 0 },
  { id: "hello", title: "Hello", group: "Memory", text: hello, call: { name: "main", args: [] }, steps: 0 },
  { id: "sieve", title: "Sieve of primes", group: "Memory", text: sieve, call: { name: "sieve", args: ["100"] }, steps: 0 },
  { id: "divide-by-zero", title: "Division by zero", group: "Traps", text: divideByZero, call: { name: "average", args: ["64"] }, steps: 0 },
  { id: "out-of-bounds", title: "Out of bounds", group: "Traps", text: outOfBounds, call: { name: "main", args: ["65530"] }, steps: 0 },
  { id: "endless", title: "Endless loop", group: "Endless", text: endless, call: { name: "main", args: [] }, steps: 0 },
];

export function exampleOf(id: string | null): Example | undefined {
  return EXAMPLES.find((example) => example.id === id);
}
