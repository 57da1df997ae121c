/** What the page is told of a machine's course beside the record itself: its calls, its ends, and marks for the time line. */
import type { Moment } from "flight-wasm";
import { compareMoments, isBefore } from "../moments.ts";
import type { Call, Mark } from "../protocol.ts";

/** Most moments of one kind that are kept; beyond, every second one goes. */
const MOST_KEPT = 4_096;
/** The time line is divided into so many places; in each stands one mark at most. */
const PLACES = 160;
/** Where more of the places than this are marked, the marks say nothing. */
const MOST_MARKED = PLACES / 2;

interface Begun {
  /** How many actions of the embedder were recorded once the call had begun. */
  readonly actions: number;
  readonly call: Call | null;
  readonly inStartFunction: boolean;
}

export class Course {
  #calls: Begun[] = [];
  #ends: Moment[] = [];
  #marks: Record<Mark["kind"], Moment[]> = { trap: [], breakpoint: [], call: [] };

  /** Notes a call that has begun. In the past it is known already. */
  begin(at: Moment, call: Call | null, inStartFunction: boolean): void {
    if (this.#calls.some((begun) => begun.actions === at.actions)) return;
    this.#calls.push({ actions: at.actions, call, inStartFunction });
  }

  /** The call that is under way at a moment, or has just ended. */
  at(moment: Moment): { readonly call: Call | null; readonly inStartFunction: boolean } {
    return this.#calls.findLast((begun) => begun.actions <= moment.actions) ?? { call: null, inStartFunction: false };
  }

  /** Notes the end of a call; false if it is known already, as in the past. */
  end(at: Moment): boolean {
    if (this.#ends.some((end) => compareMoments(end, at) === 0)) return false;
    this.#ends.push(at);
    return true;
  }

  /** Notes that something happened here. */
  mark(kind: Mark["kind"], at: Moment): void {
    const moments = this.#marks[kind];
    const last = moments.at(-1);
    if (last && !isBefore(last, at)) return;
    moments.push(at);
    if (moments.length > MOST_KEPT) this.#marks[kind] = moments.filter((_, index) => index % 2 === 1);
  }

  /** Forgets what lies behind a moment: that future has been given up. */
  drop(at: Moment): void {
    const stays = (moment: Moment): boolean => !isBefore(at, moment);
    this.#calls = this.#calls.filter((begun) => begun.actions <= at.actions);
    this.#ends = this.#ends.filter(stays);
    for (const kind of ["trap", "breakpoint", "call"] as const) this.#marks[kind] = this.#marks[kind].filter(stays);
  }

  /** The marks that a time line from one time to another has room for, in the order of time. */
  marks(begin: bigint, end: bigint): Mark[] {
    const length = Number(end - begin);
    const places = new Map<number, Mark>();
    const fill = (kind: Mark["kind"]): void => {
      for (const { time } of this.#marks[kind]) {
        if (time < begin || time > end) continue;
        const place = length === 0 ? 0 : Math.round((Number(time - begin) / length) * PLACES);
        if (!places.has(place)) places.set(place, { kind, time });
      }
    };
    fill("trap");
    fill("breakpoint");
    const rare = new Map(places);
    fill("call");
    const shown = places.size > MOST_MARKED ? rare : places;
    return [...shown.values()].sort((a, b) => Number(a.time - b.time));
  }
}
