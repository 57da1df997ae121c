// The one record of a process or a page.
import { Record } from "./record.mjs";

/** What is recorded, and what it is compared with; null where tests run without a record. */
export let recording = null;

export function begin(declared) {
  recording = { declared, record: new Record(declared) };
  return recording.record;
}
