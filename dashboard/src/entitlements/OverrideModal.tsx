import { Button, Group, Modal, NumberInput, Stack, Switch } from "@mantine/core";
import { useState } from "react";

import { useFeatures } from "../catalog/useFeatures";
import { ErrorNotice } from "../ui/ErrorNotice";
import { notifySuccess } from "../ui/notify";
import { readTerms } from "./adjustment";
import { AdjustmentFields } from "./AdjustmentFields";
import { FeatureSelect } from "./FeatureSelect";
import { useSetOverride } from "./mutations";

interface Props {
  customerId: string;
  onClose: () => void;
}

/** Gives a customer a value of a feature in place of what the plans give. */
export function OverrideModal({ customerId, onClose }: Props) {
  const [feature, setFeature] = useState("");
  const [value, setValue] = useState<number | string>("");
  const [isOn, setIsOn] = useState(true);
  const [isUnlimited, setIsUnlimited] = useState(false);
  const [isHard, setIsHard] = useState(true);
  const [terms, setTerms] = useState({ note: "", expiresOn: "" });
  const set = useSetOverride(customerId);
  const featureType = useFeatures().get(feature)?.featureType;
  const isBoolean = featureType === "BOOLEAN";
  const isComplete = feature !== "" && (isBoolean || isUnlimited || typeof value === "number");
  const submit = () => {
    const number = isUnlimited ? null : Number(value);
    const body = {
      type: "override",
      value: isBoolean ? isOn : number,
      hasUnlimitedUsage: !isBoolean && isUnlimited,
      hardLimit: featureType !== "METER" || (isHard && !isUnlimited),
      resetTime: "BEGINNING_OF_PERIOD",
      ...readTerms(terms),
    } as const;
    set.mutate(
      { feature, body },
      {
        onSuccess: () => {
          notifySuccess("The override was set.");
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title="Set override">
      <Stack gap="md">
        <FeatureSelect value={feature} onChange={setFeature} />
        {isBoolean ? (
          <Switch
            label="On"
            checked={isOn}
            onChange={(event) => {
              setIsOn(event.currentTarget.checked);
            }}
          />
        ) : (
          <>
            <NumberInput
              label="Value"
              required
              min={0}
              allowDecimal={false}
              thousandSeparator
              disabled={isUnlimited}
              value={value}
              onChange={setValue}
            />
            <Switch
              label="Unlimited"
              checked={isUnlimited}
              onChange={(event) => {
                setIsUnlimited(event.currentTarget.checked);
              }}
            />
          </>
        )}
        {featureType === "METER" && !isUnlimited && (
          <Switch
            label="Hard limit: usage stops there"
            checked={isHard}
            onChange={(event) => {
              setIsHard(event.currentTarget.checked);
            }}
          />
        )}
        <AdjustmentFields terms={terms} onChange={setTerms} />
        {set.isError && <ErrorNotice title="The override was not set" error={set.error} />}
        <Group justify="flex-end">
          <Button disabled={!isComplete} loading={set.isPending} onClick={submit}>
            Set
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
