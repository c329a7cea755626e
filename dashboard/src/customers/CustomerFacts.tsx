import { Card, SimpleGrid } from "@mantine/core";

import { Time } from "../time/Time";
import { CopyValue } from "../ui/CopyValue";
import { Fact } from "../ui/Fact";
import type { Customer } from "./customer";
import { CustomerMetadata } from "./CustomerMetadata";

export function CustomerFacts({ customer }: { customer: Customer }) {
  const { metadata } = customer;
  return (
    <Card withBorder padding="md">
      <SimpleGrid component="dl" cols={{ base: 2, md: 5 }} spacing="md" m={0}>
        <Fact name="Identifier" isLongIfNarrow>
          <CopyValue value={customer.customerId} label="identifier" />
        </Fact>
        <Fact name="Email" isLongIfNarrow>
          {customer.email && <CopyValue value={customer.email} label="email" />}
        </Fact>
        <Fact name="Billing ID" isLongIfNarrow>
          {customer.billingId && <CopyValue value={customer.billingId} label="billing ID" />}
        </Fact>
        <Fact name="Created">
          <Time iso={customer.createdOn} as="relative" focusable />
        </Fact>
        <Fact name="Last updated">
          <Time iso={customer.modifiedOn} as="relative" focusable />
        </Fact>
      </SimpleGrid>
      {metadata && Object.keys(metadata).length > 0 && (
        <Card.Section withBorder inheritPadding mt="md" pt="sm" pb="md">
          <CustomerMetadata metadata={metadata} />
        </Card.Section>
      )}
    </Card>
  );
}
