// Moments as the page writes them, in the reader's own time zone (spec §4).

import { shortDuration } from "./number.ts";

const day = 24 * 60 * 60 * 1000;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const clockSeconds = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const dateYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const local = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });
const utc = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });

/** Unix ms of a REST time. */
export function at(time: string): number {
  return Date.parse(time);
}

/** An age in lists: `9 s`, `1 m`, `3 h`, then the day: `Fri`, `3 Nov`. */
export function age(then: number, now: number): string {
  const ms = now - then;
  if (ms < day) return shortDuration(ms);
  if (ms < 6 * day) return weekday.format(then);
  return ms < 330 * day ? date.format(then) : dateYear.format(then);
}

/** `14:02:08.204`. */
export function preciseClock(then: number): string {
  return `${clockSeconds.format(then)}.${String(((then % 1000) + 1000) % 1000).padStart(3, "0")}`;
}

/** As short as it stays clear from `now`: `13:58`, `Thu 13:21`, `3 Nov 13:21`. */
export function moment(then: number, now: number): string {
  const distance = Math.abs(then - now);
  const time = clock.format(then);
  if (sameDay(then, now)) return distance < 60_000 ? clockSeconds.format(then) : time;
  if (distance < 6 * day) return `${weekday.format(then)} ${time}`;
  return `${distance < 330 * day ? date.format(then) : dateYear.format(then)} ${time}`;
}

/** With milliseconds, for facts: `13:20:07.204`, `yesterday 13:20:07.204`, `3 Nov 13:20:07.204`. */
export function preciseMoment(then: number, now: number): string {
  const time = preciseClock(then);
  if (sameDay(then, now)) return time;
  if (sameDay(then, now - day)) return `yesterday ${time}`;
  return `${dateYear.format(then)} ${time}`;
}

function sameDay(left: number, right: number): boolean {
  return new Date(left).toDateString() === new Date(right).toDateString();
}

/** All forms of one moment, for titles: relative, local, UTC and ISO. */
export function everyForm(then: number, now: number): string {
  const distance = shortDuration(Math.abs(now - then));
  const relative = now >= then ? `${distance} ago` : `in ${distance}`;
  return `${relative}\n${local.format(then)}\n${utc.format(then)} UTC\n${new Date(then).toISOString()}`;
}
