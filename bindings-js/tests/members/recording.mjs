// The one record of a process or a page.
import { Record } from "./record.mjs";

/** What is recorded, and what it is compared with; null where tests run without a record. */
export let recording = null;

/** Does something without noting it: much of the same would take long, and memory. */
export async function withoutRecord(act) {
  if (recording === null) return act();
  recording.record.paused = true;
  try {
    return await act();
  } finally {
    recording.record.paused = false;
  }
}

export function begin(declared) {
  recording = { declared, record: new Record(declared) };
  return recording.record;
}
