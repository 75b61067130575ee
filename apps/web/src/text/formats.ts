// Formats of the browser's `Intl`, made once for each language: making one costs as much as fifty uses, and a live table has hundreds a second.

import { i18n } from "@lingui/core";

/** The language that is chosen, as it is written where the browser is set to be: "en-GB" has 24 hours, "en" alone has 12. */
function regional(language: string): string {
  return globalThis.navigator?.languages?.find((one) => one.startsWith(`${language}-`)) ?? language;
}

/** Keeps what `make` returns for each language and each word that it is asked for with. */
function kept<F>(make: (locale: string, word: string) => F): (word?: string) => F {
  const formats = new Map<string, F>();
  return (word = "") => {
    const key = `${i18n.locale} ${word}`;
    const found = formats.get(key) ?? make(regional(i18n.locale), word);
    formats.set(key, found);
    return found;
  };
}

export const relativeFormat = kept((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "long" }));
export const absoluteFormat = kept((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "medium" }));
export const clockFormat = kept((locale) => new Intl.DateTimeFormat(locale, { timeStyle: "medium" }));
export const minuteFormat = kept((locale) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }));
export const dayFormat = kept((locale) => new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }));
export const dayAndClockFormat = kept((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "medium" }));

/** "90 days", in the unit that it is asked for with. */
export const periodFormat = kept((locale, unit) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }));

const numbers = kept((locale, digits) => new Intl.NumberFormat(locale, { maximumFractionDigits: Number(digits), minimumFractionDigits: Number(digits) }));
const percents = kept((locale, digits) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: Number(digits) }));

/** Numbers with the digits behind the point that they have, three at most. */
export const shortFormat = kept((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }));

/** Numbers with exactly so many digits behind the point. */
export const numberFormat = (digits: number): Intl.NumberFormat => numbers(String(digits));

/** Shares with at most so many digits behind the point. */
export const percentFormat = (digits: number): Intl.NumberFormat => percents(String(digits));
