import { Button, Group, Modal, NativeSelect, NumberInput, Stack } from "@mantine/core";
import { useState } from "react";

import { useFeatures } from "../catalog/useFeatures";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { readTerms } from "./adjustment";
import { AdjustmentFields } from "./AdjustmentFields";
import { FeatureSelect } from "./FeatureSelect";
import { useCreateGrant } from "./mutations";

interface Props {
  customerId: string;
  onClose: () => void;
}

/** Gives a customer more of a feature, on top of what the plans give. */
export function GrantModal({ customerId, onClose }: Props) {
  const [featureId, setFeatureId] = useState("");
  const [value, setValue] = useState<number | string>("");
  const [window, setWindow] = useState<"" | "NEVER">("");
  const [terms, setTerms] = useState({ note: "", expiresOn: "" });
  const create = useCreateGrant(customerId);
  const featureType = useFeatures().get(featureId)?.featureType;
  const isBoolean = featureType === "BOOLEAN";
  const isComplete = featureId !== "" && (isBoolean || (typeof value === "number" && value > 0));
  const submit = () => {
    const body = { featureId, value: isBoolean || Number(value), reset: window || null, ...readTerms(terms) };
    create.mutate(
      { ...body, resetTime: "BEGINNING_OF_PERIOD" },
      {
        onSuccess: () => {
          notifySuccess("The grant was added.");
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title="Add grant">
      <Stack gap="md">
        <FeatureSelect value={featureId} onChange={setFeatureId} />
        {!isBoolean && (
          <NumberInput
            label="How much more"
            required
            min={1}
            allowDecimal={false}
            thousandSeparator
            value={value}
            onChange={setValue}
          />
        )}
        {featureType === "METER" && (
          <NativeSelect
            label="Added to"
            value={window}
            onChange={(event) => {
              setWindow(event.currentTarget.value === "NEVER" ? "NEVER" : "");
            }}
            data={[
              { value: "", label: "Every window of the plan" },
              { value: "NEVER", label: "A balance that is used up once" },
            ]}
          />
        )}
        <AdjustmentFields terms={terms} onChange={setTerms} />
        {create.isError && <ErrorNotice title="The grant was not added" error={create.error} />}
        <Group justify="flex-end">
          <Button disabled={!isComplete} loading={create.isPending} onClick={submit}>
            Add
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
