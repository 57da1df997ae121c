// Changes files of Flight's behind their backs, for tests of what happens then.

const PRIMES = [11400714785074694791n, 14029467366897019727n, 1609587929392839161n, 9650029242287828579n, 2870177450012600261n];
const word = (value) => BigInt.asUintN(64, value);
const turned = (value, by) => word(value << by) | (value >> (64n - by));

/** XXH64 of whole words of eight bytes, seed 0. */
function xxh64(words) {
  const [first, second, third, fourth, fifth] = PRIMES;
  const round = (lane, input) => word(turned(word(lane + input * second), 31n) * first);
  const lanes = [word(first + second), second, 0n, word(-first)];
  const striped = words.length - (words.length % 4);
  for (let at = 0; at < striped; at += 1) lanes[at % 4] = round(lanes[at % 4], words[at]);
  let hash = fifth;
  if (striped > 0) {
    hash = word(turned(lanes[0], 1n) + turned(lanes[1], 7n) + turned(lanes[2], 12n) + turned(lanes[3], 18n));
    for (const lane of lanes) hash = word((hash ^ round(0n, lane)) * first + fourth);
  }
  hash = word(hash + 8n * BigInt(words.length));
  for (const rest of words.slice(striped)) hash = word(turned(hash ^ round(0n, rest), 27n) * first + fourth);
  hash = word((hash ^ (hash >> 33n)) * second);
  hash = word((hash ^ (hash >> 29n)) * third);
  return hash ^ (hash >> 32n);
}

/** Magic of eight bytes, version, flags, length, checksum: those are behind which the contents begin. */
const HEADER = 32;

/** Gives a changed file a checksum that fits. */
export function sealed(bytes) {
  const forged = bytes.slice();
  const view = new DataView(forged.buffer);
  const contents = new Uint8Array(Math.ceil((forged.length - HEADER) / 8) * 8);
  contents.set(forged.subarray(HEADER));
  // Version and flags, the length, and from the beginning of a stripe of four words on the contents.
  const begin = [(BigInt(view.getUint32(8, true)) << 32n) | BigInt(view.getUint32(12, true)), BigInt(forged.length - HEADER), 0n, 0n];
  const words = contents.length < 32 ? begin.slice(0, 2) : begin;
  view.setBigUint64(24, xxh64([...words, ...new BigUint64Array(contents.buffer)]), true);
  return forged;
}

/** The first place behind the header where two files differ. */
export const firstDifference = (one, other) => one.findIndex((byte, at) => at >= HEADER && byte !== other[at]);
