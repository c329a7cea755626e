import { Card, SimpleGrid } from "@mantine/core";

import { CHARGE_PERIODS } from "../catalog/labels";
import { OptionalTime } from "../time/OptionalTime";
import { Time } from "../time/Time";
import { CopyValue } from "../ui/CopyValue";
import { Fact } from "../ui/Fact";
import { formatMoney } from "../ui/numbers";
import { CurrentPeriod } from "./CurrentPeriod";
import { renewalOf, type Subscription } from "./subscription";
import { TrialEnd } from "./TrialEnd";

export function SubscriptionFacts({ subscription }: { subscription: Subscription }) {
  const { id, planVersion, amount, currency, chargePeriod, startTime, endDate } = subscription;
  return (
    <Card withBorder padding="md">
      <SimpleGrid component="dl" cols={{ base: 2, sm: 3, md: 4 }} spacing="md" m={0}>
        <Fact name="Price">
          {formatMoney(amount, currency)} {CHARGE_PERIODS[chargePeriod]}
        </Fact>
        <Fact name="Plan version">{planVersion}</Fact>
        <Fact name="Start">
          <Time iso={startTime} as="day" focusable />
        </Fact>
        <Fact name="End">
          <OptionalTime iso={endDate} as="day" focusable />
        </Fact>
        <Fact name="Current period">
          <CurrentPeriod subscription={subscription} />
        </Fact>
        <Fact name="Renewal">
          <OptionalTime iso={renewalOf(subscription)} as="day" focusable />
        </Fact>
        <Fact name="Trial">
          <TrialEnd subscription={subscription} />
        </Fact>
        <Fact name="Last updated">
          <Time iso={subscription.modifiedOn} as="relative" focusable />
        </Fact>
        <Fact name="Created">
          <Time iso={subscription.createdOn} as="relative" focusable />
        </Fact>
        <Fact name="Subscription ID" isLong>
          <CopyValue value={id} label="subscription ID" />
        </Fact>
      </SimpleGrid>
    </Card>
  );
}
