/** What the user can do with the machine: one entry for each, from which buttons, tooltips and keys are made. */
import type { Icon } from "./icons.ts";

export type CommandName =
  | "step"
  | "over"
  | "out"
  | "run"
  | "pause"
  | "end"
  | "back"
  | "backOver"
  | "backOut"
  | "backRun"
  | "begin"
  | "live"
  | "restart"
  | "start"
  | "breakpoint"
  | "hexadecimal";

export interface Command {
  readonly name: CommandName;
  readonly label: string;
  readonly about: string;
  readonly icon: Icon | null;
  /** For the reverse of another command: its name where it stands by itself. Its picture is the other one's in a mirror. */
  readonly reverse?: string;
  /** A letter, heard wherever no text is being typed. */
  readonly letter: string | null;
  /** A key that is heard everywhere, also in the editor. No browser claims it. */
  readonly key: string | null;
}

export const COMMANDS: readonly Command[] = [
  { name: "step", label: "Step", about: "Execute one instruction", icon: "step", letter: "S", key: "F4" },
  { name: "over", label: "Over", about: "Execute one instruction; a call is run to its return", icon: "over", letter: "O", key: "Shift+F4" },
  { name: "out", label: "Out", about: "Run until the current function has returned", icon: "out", letter: "U", key: "Shift+F8" },
  { name: "run", label: "Run", about: "Run to the end, a trap or a breakpoint", icon: "run", letter: "R", key: "F8" },
  { name: "pause", label: "Pause", about: "Stop at the instruction that is next", icon: "pause", letter: "P", key: "F8" },
  { name: "end", label: "End", about: "Go to the furthest point that was reached", icon: "end", letter: "End", key: null },
  { name: "back", label: "Back", reverse: "Step back", about: "Take the last instruction back", icon: "step", letter: "Shift+S", key: "Shift+F2" },
  { name: "backOver", label: "Over", reverse: "Back over", about: "Take the last instruction back; a call that has returned as a whole", icon: "over", letter: "Shift+O", key: null },
  { name: "backOut", label: "Out", reverse: "Back out", about: "Go back to before the call of the current function", icon: "out", letter: "Shift+U", key: null },
  { name: "backRun", label: "Run", reverse: "Run back", about: "Go back to the last breakpoint, or to the beginning", icon: "run", letter: "Shift+R", key: null },
  { name: "begin", label: "Beginning", reverse: "Beginning", about: "Go back to the first instruction", icon: "end", letter: "Home", key: null },
  { name: "live", label: "Live from here", about: "Drop the recorded future: from here on imported functions are called again", icon: "live", letter: "L", key: null },
  { name: "restart", label: "Restart", about: "Begin again with a fresh instance", icon: "restart", letter: null, key: "F2" },
  { name: "start", label: "Start", about: "Start this call; globals and memory stay as they are", icon: null, letter: null, key: "Control+Enter" },
  { name: "breakpoint", label: "Breakpoint", about: "Set or remove a breakpoint on the line of the cursor", icon: null, letter: "B", key: "F9" },
  { name: "hexadecimal", label: "Hexadecimal", about: "Show numbers in hexadecimal or decimal", icon: null, letter: "X", key: null },
];

export function command(name: CommandName): Command {
  return COMMANDS.find((candidate) => candidate.name === name)!;
}

/** The keys as a tooltip shows them. */
export function keysText({ letter, key }: Command): string {
  return [letter, key].filter(Boolean).join(" or ").replaceAll("Control", "Ctrl");
}

export function tooltip(entry: Command): string {
  return `${entry.about} (${keysText(entry)})`;
}

/** The keys as `aria-keyshortcuts` wants them. */
export function shortcuts({ letter, key }: Command): string {
  return [letter, key].filter(Boolean).join(" ");
}

/** Listens for keys and tells which command is meant. `letters` says whether single letters count. */
export function listenForKeys(letters: () => boolean, carryOut: (name: CommandName, event: KeyboardEvent) => boolean): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    const pressed = nameOf(event);
    const typing = isTyping(event.target);
    for (const entry of COMMANDS) {
      const meant = entry.key === pressed || (entry.letter === pressed && letters() && !typing && !scrolls(event));
      if (meant && carryOut(entry.name, event)) {
        event.preventDefault();
        return;
      }
    }
  });
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const control = event.ctrlKey || event.metaKey;
  return `${control ? "Control+" : ""}${event.shiftKey ? "Shift+" : ""}${key}`;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input:not([type='range']), textarea, select");
}

/** Home and End belong to what scrolls, where that has the focus. */
function scrolls({ key, target }: KeyboardEvent): boolean {
  if (key !== "Home" && key !== "End") return false;
  return target instanceof HTMLElement && (target.matches("[role=tab]") || target.scrollHeight > target.clientHeight + 1) && target !== document.body;
}
