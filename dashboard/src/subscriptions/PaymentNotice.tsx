import { Alert, Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCreditCard } from "@tabler/icons-react";

import { IfMayWrite } from "../access/IfMayWrite";
import { ReportPaymentModal } from "./ReportPaymentModal";
import { awaitsPayment, type Subscription } from "./subscription";

const WORDS: Partial<Record<Subscription["status"], { title: string; text: string }>> = {
  incomplete: {
    title: "The first payment is awaited",
    text: "There is no access until it is reported. After 24 hours without one, the subscription expires.",
  },
  past_due: {
    title: "The last payment failed",
    text: "Access goes on. After 14 days without a payment, the subscription is canceled.",
  },
};

/** Which payment is awaited and what follows without it; nothing where none is. */
export function PaymentNotice({ subscription }: { subscription: Subscription }) {
  const [reporting, modal] = useDisclosure(false);
  if (!awaitsPayment(subscription)) return null;
  const { title, text } = WORDS[subscription.status] ?? {
    title: "The payment of a change is awaited",
    text: "The change applies once it is reported, and is dropped after 24 hours without it.",
  };
  return (
    <Alert color="yellow" variant="light" icon={<IconCreditCard aria-hidden />} title={title}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{text}</Text>
        <IfMayWrite>
          <Button size="xs" variant="default" onClick={modal.open}>
            Report a payment
          </Button>
        </IfMayWrite>
      </Group>
      {reporting && <ReportPaymentModal subscription={subscription} onClose={modal.close} />}
    </Alert>
  );
}
