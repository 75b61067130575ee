import { useState } from "react";
import type { View } from "./search";

/** Whether the review has been opened since the wizard was. */
export function useReviewed(view: View): boolean {
  const [reviewed, setReviewed] = useState(view.kind === "review");
  if (view.kind === "review" && !reviewed) setReviewed(true);
  return reviewed;
}
