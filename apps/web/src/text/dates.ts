// Every time a person reads goes through here: relative where what matters is how long ago, absolute where it is which day.

import { i18n } from "@lingui/core";
import { absoluteFormat, clockFormat, dayAndClockFormat, dayFormat, minuteFormat, periodFormat, relativeFormat } from "./formats";

const STEPS: readonly [limit: number, unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  [60, "second", 1],
  [3_600, "minute", 60],
  [86_400, "hour", 3_600],
  [30 * 86_400, "day", 86_400],
  [365 * 86_400, "month", 30 * 86_400],
  [Number.POSITIVE_INFINITY, "year", 365 * 86_400],
];

const PERIODS: readonly [unit: string, seconds: number][] = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** "5 minutes ago", "in 2 hours". Both times in milliseconds. */
export function relative(at: number, now: number): string {
  const seconds = (at - now) / 1_000;
  const [, unit, size] = STEPS.find(([limit]) => Math.abs(seconds) < limit) ?? STEPS[STEPS.length - 1]!;
  return relativeFormat().format(Math.trunc(seconds / size), unit);
}

/** "30 November 2026, 19:46:05" in the time zone of the person. */
export function absolute(at: number): string {
  return absoluteFormat().format(at);
}

/** "19:46:05", and with the day if it is not today. */
export function clockTime(at: number, now = Date.now()): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return (sameDay ? clockFormat() : dayAndClockFormat()).format(at);
}

/** "22:10", and "4 Dec, 22:10" if it is not today: when something ends, to the minute. */
export function moment(at: number, now = Date.now()): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const time = minuteFormat().format(at);
  return sameDay ? time : `${dayFormat().format(at)}, ${time}`;
}

/** What stands below an axis of time: "19:45", and "30 Nov" where a day begins or the marks are a day or more apart. Short, so that none covers the next. */
export function axisTimes(marks: readonly number[]): string[] {
  const [first = 0, second = first] = marks;
  const days = second - first >= 86_400_000;
  return marks.map((at) => (days || isMidnight(at) ? dayFormat() : minuteFormat()).format(at));
}

function isMidnight(at: number): boolean {
  const time = new Date(at);
  return time.getHours() === 0 && time.getMinutes() === 0;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** "90 days", "12 hours": how long something is kept, in the largest unit that it fills. */
export function period(seconds: number): string {
  const [unit, size] = PERIODS.find(([, each]) => seconds >= each && seconds % each === 0) ?? PERIODS[PERIODS.length - 1]!;
  return periodFormat(unit).format(seconds / size);
}

/** "7 min", "40 s", "2 h 10 min": how long until something happens. Rounded up: what is still to come never reads as nothing. */
export function remaining(milliseconds: number): string {
  const total = Math.max(0, Math.ceil(milliseconds / 1_000));
  if (total < 60) return `${total} s`;
  const minutes = Math.ceil(total / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1_440) return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? "" : ` ${two(minutes % 60)} min`}`;
  return duration(milliseconds);
}

/** "4 s", "3 min 05 s", "2 h 10 min", "5 d 3 h". */
export function duration(milliseconds: number): string {
  const total = Math.max(0, Math.round(milliseconds / 1_000));
  const day = i18n.locale === "fr" ? "j" : "d";
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  if (total < 60) return `${total} s`;
  if (total < 3_600) return `${Math.floor(total / 60)} min ${two(total % 60)} s`;
  if (total < 86_400) return `${Math.floor(total / 3_600)} h ${two(Math.floor((total % 3_600) / 60))} min`;
  return `${Math.floor(total / 86_400)} ${day} ${Math.floor((total % 86_400) / 3_600)} h`;
}
