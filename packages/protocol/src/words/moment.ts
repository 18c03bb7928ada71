// Moments in the reader's own time zone, as short as they stay clear.

import { shortDuration } from "./number.ts";

const day = 24 * 60 * 60 * 1000;

/** Formats are made when they are first needed: they cost a start some milliseconds. */
function format(options: Intl.DateTimeFormatOptions): (at: number) => string {
  let made: Intl.DateTimeFormat | undefined;
  return (at) => {
    made ??= new Intl.DateTimeFormat("en-GB", options);
    return made.format(at);
  };
}

const clock = format({ hour: "2-digit", minute: "2-digit" });
const clockSeconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const weekday = format({ weekday: "short" });
const date = format({ day: "numeric", month: "short" });
const dateYear = format({ day: "numeric", month: "short", year: "numeric" });
const local = format({ dateStyle: "medium", timeStyle: "long" });
const utc = format({ dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });

/** Unix ms of a REST time. */
export function at(time: string): number {
  return Date.parse(time);
}

/** An age in lists: `9 s`, `1 m`, `3 h`, then the day: `Fri`, `3 Nov`. */
export function age(then: number, now: number): string {
  const ms = now - then;
  if (ms < day) return shortDuration(ms);
  if (ms < 6 * day) return weekday(then);
  return ms < 330 * day ? date(then) : dateYear(then);
}

/** `14:02:08.204`. */
export function preciseClock(then: number): string {
  return `${clockSeconds(then)}.${String(((then % 1000) + 1000) % 1000).padStart(3, "0")}`;
}

/** `14:02:08` within a minute of now, else `13:58`, `Thu 13:21`, `3 Nov 13:21`. */
export function moment(then: number, now: number): string {
  const distance = Math.abs(then - now);
  const time = clock(then);
  if (sameDay(then, now)) return distance < 60_000 ? clockSeconds(then) : time;
  if (distance < 6 * day) return `${weekday(then)} ${time}`;
  return `${distance < 330 * day ? date(then) : dateYear(then)} ${time}`;
}

/** In a sentence: `at 13:58`, and on another day `on Thu 13:21`. */
export function onMoment(then: number, now: number): string {
  return `${sameDay(then, now) ? "at" : "on"} ${moment(then, now)}`;
}

/** When something is due: `now`, `in 42 s`, then as `onMoment`. */
export function dueWords(due: number, now: number, lengthOf = shortDuration): string {
  if (due <= now) return "now";
  return due - now < 60_000 ? `in ${lengthOf(due - now)}` : onMoment(due, now);
}

/** With milliseconds, for facts: `13:20:07.204`, `yesterday 13:20:07.204`, `3 Nov 2026 13:20:07.204`. */
export function preciseMoment(then: number, now: number): string {
  const time = preciseClock(then);
  if (sameDay(then, now)) return time;
  if (sameDay(then, now - day)) return `yesterday ${time}`;
  return `${dateYear(then)} ${time}`;
}

function sameDay(left: number, right: number): boolean {
  return new Date(left).toDateString() === new Date(right).toDateString();
}

/** All forms of one moment, for titles: relative, local, UTC and ISO. */
export function everyForm(then: number, now: number): string {
  const distance = shortDuration(Math.abs(now - then));
  const relative = now >= then ? `${distance} ago` : `in ${distance}`;
  return `${relative}\n${local(then)}\n${utc(then)} UTC\n${new Date(then).toISOString()}`;
}
