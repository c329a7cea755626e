import { Button, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus } from "@tabler/icons-react";

import { ChangeForm } from "../ui/ChangeForm";
import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { useRefusal } from "../ui/useRefusal";
import { useReplacePrices } from "./mutations";
import { PriceInputs } from "./PriceInputs";
import { MAX_PRICES, nextPrice, readPricesValues, toPriceInputs, validatePrices } from "./pricesForm";
import type { PlanVersion } from "./queries";
import { useSeenVersion } from "./useSeenVersion";

interface Props {
  version: PlanVersion;
  onClose: () => void;
}

/** All prices of the draft, one for each period that the plan can be charged for. */
export function PricesModal({ version, onClose }: Props) {
  const { seen, reload: readCurrent } = useSeenVersion(version);
  const replace = useReplacePrices(seen);
  const form = useForm({ initialValues: readPricesValues(version.prices), validate: validatePrices });
  const refusal = useRefusal(form);
  const { prices } = form.values;
  const submit = form.onSubmit((values) => {
    refusal.clear();
    replace.mutate(toPriceInputs(values), {
      onSuccess: () => {
        notifySuccess("The prices of the draft were updated.");
        onClose();
      },
      onError: refusal.show,
    });
  });
  const reload = async () => {
    form.setValues(readPricesValues((await readCurrent()).prices));
    refusal.clear();
  };
  return (
    <Dialog onClose={onClose} title="Edit prices" size="xl">
      <ChangeForm
        thing="plan"
        failure="The prices were not updated"
        error={refusal.error}
        isPending={replace.isPending}
        onSubmit={submit}
        onReload={reload}
      >
        {prices.map((_, index) => (
          <PriceInputs key={index} form={form} index={index} />
        ))}
        {prices.length === 0 && (
          <Text size="sm" c="dimmed">
            Without a price, the plan cannot be published.
          </Text>
        )}
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={prices.length >= MAX_PRICES}
          onClick={() => {
            form.insertListItem("prices", nextPrice(prices));
          }}
        >
          Add a price
        </Button>
      </ChangeForm>
    </Dialog>
  );
}
