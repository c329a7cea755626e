import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { isProblem } from "../api/problem";
import { useApi } from "../api/useApi";
import { ErrorNotice } from "../ui/ErrorNotice";
import { PageSkeleton } from "../ui/PageSkeleton";
import { PlanDetails } from "./PlanDetails";
import { planQuery } from "./queries";
import { UnknownPlan } from "./UnknownPlan";

const route = getRouteApi("/plans/$plan");

export function PlanPage() {
  const { plan: identifier } = route.useParams();
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const plan = useQuery(planQuery(useApi(), identifier));
  if (plan.isPending) return <PageSkeleton label="Loading the plan" />;
  if (isProblem(plan.error, "plan_not_found")) return <UnknownPlan identifier={identifier} />;
  if (plan.isError) {
    return (
      <ErrorNotice title="The plan cannot be shown" error={plan.error} onRetry={() => void plan.refetch()} />
    );
  }
  return <PlanDetails plan={plan.data} view={view} onShow={(search) => void navigate({ search })} />;
}
