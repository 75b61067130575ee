import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { StackCharts } from "./StackCharts";

const route = getRouteApi("/stacks/$stackId/charts");

export function ChartsTab(): ReactElement {
  const { stackId } = route.useParams();
  return <StackCharts stackId={stackId} />;
}
