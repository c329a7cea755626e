import { IconMapQuestion } from "@tabler/icons-react";

import { ButtonLink } from "../ui/ButtonLink";
import { EmptyState } from "../ui/EmptyState";
import { PageTitle } from "../ui/PageTitle";

export function NotFoundPage() {
  return (
    <>
      <PageTitle title="Not found" />
      <EmptyState icon={<IconMapQuestion size={40} aria-hidden />} title="There is no such page">
        <ButtonLink to="/customers" variant="default">
          Go to the customers
        </ButtonLink>
      </EmptyState>
    </>
  );
}
