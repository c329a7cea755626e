import { Card, SimpleGrid } from "@mantine/core";

import { Time } from "../time/Time";
import { CopyValue } from "../ui/CopyValue";
import { Fact } from "../ui/Fact";
import type { Customer } from "./customer";

export function CustomerFacts({ customer }: { customer: Customer }) {
  return (
    <Card withBorder padding="md">
      <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 5 }} spacing="md" m={0}>
        <Fact name="Identifier">
          <CopyValue value={customer.customerId} label="identifier" />
        </Fact>
        <Fact name="Email">{customer.email && <CopyValue value={customer.email} label="email" />}</Fact>
        <Fact name="Billing ID">
          {customer.billingId && <CopyValue value={customer.billingId} label="billing ID" />}
        </Fact>
        <Fact name="Created">
          <Time iso={customer.createdOn} as="relative" focusable />
        </Fact>
        <Fact name="Last updated">
          <Time iso={customer.modifiedOn} as="relative" focusable />
        </Fact>
      </SimpleGrid>
    </Card>
  );
}
