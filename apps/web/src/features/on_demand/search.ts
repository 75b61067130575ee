// How far back the figures go; it lives in the address.

export interface OnDemandSearch {
  days?: Days;
}

export const DAYS = [7, 30, 90] as const;
export type Days = (typeof DAYS)[number];

export function parseOnDemandSearch({ days }: Record<string, unknown>): OnDemandSearch {
  const known = DAYS.find((each) => each === days);
  return known === undefined || known === DAYS[0] ? {} : { days: known };
}
