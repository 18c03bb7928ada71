// Moments in the reader's own time zone, as short as they stay clear (dashboard §4).

import { shortDuration } from "./number.ts";

const day = 24 * 60 * 60 * 1000;

const format = (options: Intl.DateTimeFormatOptions) => (at: number) =>
  new Intl.DateTimeFormat("en-GB", options).format(at);
const clock = format({ hour: "2-digit", minute: "2-digit" });
const clockSeconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const weekday = format({ weekday: "short" });
const date = format({ day: "numeric", month: "short" });
const dateYear = format({ day: "numeric", month: "short", year: "numeric" });

/** Unix ms of a REST time. */
export function at(time: string): number {
  return Date.parse(time);
}

/** `9 s`, `1 m`, `3 h`, then the day: `Fri`, `3 Nov`. */
export function age(then: number, now: number): string {
  const ms = now - then;
  if (ms < day) return shortDuration(ms);
  if (ms < 6 * day) return weekday(then);
  return ms < 330 * day ? date(then) : dateYear(then);
}

/** `14:02:08` within a minute of now, else `13:58`, `Thu 13:21`, `3 Nov 13:21`. */
export function moment(then: number, now: number): string {
  const distance = Math.abs(then - now);
  if (dateYear(then) === dateYear(now)) return distance < 60_000 ? clockSeconds(then) : clock(then);
  if (distance < 6 * day) return `${weekday(then)} ${clock(then)}`;
  return `${distance < 330 * day ? date(then) : dateYear(then)} ${clock(then)}`;
}

/** With seconds and the day where it is not today's: `13:20:07`, `3 Nov 2026 13:20:07`. */
export function preciseMoment(then: number, now: number): string {
  const time = clockSeconds(then);
  return dateYear(then) === dateYear(now) ? time : `${dateYear(then)} ${time}`;
}
