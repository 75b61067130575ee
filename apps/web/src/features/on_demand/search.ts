// How far back the figures go, and which services are shown; both live in the address.

export interface OnDemandSearch {
  days?: Days;
  text?: string;
}

export const DAYS = [7, 30, 90] as const;
export type Days = (typeof DAYS)[number];

export function parseOnDemandSearch({ days, text }: Record<string, unknown>): OnDemandSearch {
  const known = DAYS.find((each) => each === days);
  return { ...(known !== undefined && known !== DAYS[0] && { days: known }), ...(typeof text === "string" && text !== "" && { text }) };
}
