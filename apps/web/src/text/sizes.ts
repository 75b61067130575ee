// Every size, share and count a person reads goes through here.

import { i18n } from "@lingui/core";
import { numberFormat, percentFormat, shortFormat } from "./formats";

const UNITS = {
  en: ["B", "KiB", "MiB", "GiB", "TiB"],
  fr: ["o", "Kio", "Mio", "Gio", "Tio"],
} as const;

/** "12.4 MiB", "0 B". Powers of 1024, as Docker and the kernel count. */
export function bytes(value: number): string {
  const units = i18n.locale === "fr" ? UNITS.fr : UNITS.en;
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 1_024 && unit < units.length - 1) {
    size /= 1_024;
    unit += 1;
  }
  const digits = unit === 0 || size >= 100 ? 0 : 1;
  return `${number(size, digits)}\u00A0${units[unit] ?? ""}`;
}

/** Figures that stand beside each other, all in the unit of the largest: "0.25 MiB" beside "1 MiB". As many digits as they need, three at most. */
export function bytesAlike(values: readonly number[]): string[] {
  const units = i18n.locale === "fr" ? UNITS.fr : UNITS.en;
  const most = Math.max(0, ...values.map((value) => Math.abs(value)));
  const unit = most < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(most) / 10));
  return values.map((value) => `${shortFormat().format(value / 1_024 ** unit)}\u00A0${units[unit] ?? ""}`);
}

/** "12.4 MiB/s". */
export function rate(bytesPerSecond: number): string {
  return `${bytes(bytesPerSecond)}/s`;
}

/** "37 %" of a figure that is already in percent; small ones keep a digit. */
export function percent(value: number): string {
  return percentFormat(value < 10 ? 1 : 0).format(value / 100);
}

export function number(value: number, digits = 0): string {
  return numberFormat(digits).format(value);
}

/** The first characters of an id or digest: enough to recognise it. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
