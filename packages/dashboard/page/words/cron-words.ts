// Cron schedules in words, for the forms that people write. Others stay as written: a wrong sentence is worse than none.

import { listed } from "@stepwell/protocol/words";

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `every day at 02:30 UTC`; undefined for a schedule that it cannot say. */
export function cronWords(schedule: string): string | undefined {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(schedule.trim());
  const zone = zoned?.[1] ?? "UTC";
  const fields = (zoned?.[2] ?? schedule.trim()).split(/\s+/);
  const [minute, hour, date, month, weekday] = fields;
  if (fields.length !== 5 || minute === undefined || hour === undefined) return undefined;
  if (date === undefined || month === undefined || weekday === undefined) return undefined;
  const when = dayPart(date, month, weekday);
  if (when === undefined) return undefined;
  const often = frequency(minute, hour);
  if (often !== undefined) return when === "every day" ? often : `${often}, ${when}`;
  const times = clockTimes(minute, hour);
  return times === undefined ? undefined : `${when} at ${times} ${zone}`;
}

function whole(text: string, max: number): number | undefined {
  return /^\d{1,2}$/.test(text) && Number(text) <= max ? Number(text) : undefined;
}

function frequency(minute: string, hour: string): string | undefined {
  const step = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (hour === "*") {
    if (minute === "*" || step === "1") return "every minute";
    if (step !== undefined) return `every ${step} minutes`;
    const at = whole(minute, 59);
    if (at === undefined) return undefined;
    return at === 0 ? "every hour" : `every hour, ${at} ${at === 1 ? "minute" : "minutes"} past`;
  }
  const hours = /^\*\/(\d+)$/.exec(hour)?.[1];
  if (hours === undefined || minute !== "0") return undefined;
  return hours === "1" ? "every hour" : `every ${hours} hours`;
}

function clockTimes(minute: string, hour: string): string | undefined {
  const at = whole(minute, 59);
  const hours = hour.split(",").map((text) => whole(text, 23));
  if (at === undefined || hours.some((value) => value === undefined)) return undefined;
  const pad = (value: number): string => String(value).padStart(2, "0");
  return listed(hours.map((value) => `${pad(value ?? 0)}:${pad(at)}`));
}

function dayPart(date: string, month: string, weekday: string): string | undefined {
  if (date === "*" && month === "*") return weekday === "*" ? "every day" : weekdayWords(weekday);
  if (weekday !== "*") return undefined;
  const day = whole(date, 31);
  if (day === undefined || day === 0) return undefined;
  if (month === "*") return `on day ${day} of every month`;
  const index = whole(month, 12);
  return index === undefined || index === 0 ? undefined : `on ${day} ${months[index - 1] ?? ""}`;
}

function weekdayWords(text: string): string | undefined {
  if (text === "1-5" || text.toLowerCase() === "mon-fri") return "Monday to Friday";
  const indexes = text.split(",").map((item) => {
    const named = dayNames.indexOf(item.toLowerCase());
    return named >= 0 ? named : whole(item, 7);
  });
  if (indexes.some((index) => index === undefined)) return undefined;
  return `every ${listed(indexes.map((index) => days[(index ?? 0) % 7] ?? ""))}`;
}
