import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";

import { isProblem } from "../api/problem";
import { useApi } from "../api/useApi";
import { ErrorNotice } from "../ui/ErrorNotice";
import { PageSkeleton } from "../ui/PageSkeleton";
import { CustomerHeader } from "./CustomerHeader";
import { CustomerTabs } from "./CustomerTabs";
import { parseDetailsView } from "./detailsView";
import { customerQuery } from "./queries";
import { UnknownCustomer } from "./UnknownCustomer";

const route = getRouteApi("/customers/$customerId");

export function CustomerPage() {
  const { customerId } = route.useParams();
  // The router also keeps what `validateSearch` left out.
  const view = parseDetailsView({ ...route.useSearch() });
  const navigate = route.useNavigate();
  const customer = useQuery(customerQuery(useApi(), customerId));
  if (customer.isPending) return <PageSkeleton label="Loading the customer" />;
  if (isProblem(customer.error, "customer_not_found")) return <UnknownCustomer customerId={customerId} />;
  if (customer.isError) {
    return (
      <ErrorNotice
        title="The customer cannot be shown"
        error={customer.error}
        onRetry={() => void customer.refetch()}
      />
    );
  }
  return (
    <Stack gap="xl">
      <CustomerHeader customer={customer.data} />
      <CustomerTabs customer={customer.data} view={view} onChange={(search) => void navigate({ search })} />
    </Stack>
  );
}
