import { Button, Group, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";

import { useFeatures } from "../catalog/useFeatures";
import { ChangeError } from "../ui/ChangeError";
import { useRefusal } from "../ui/useRefusal";
import { toDetails, validateEntitlement, type EntitlementValues } from "./entitlementForm";
import { LimitInput } from "./LimitInput";
import { MeteredInputs } from "./MeteredInputs";
import type { PlanFeatureDraft } from "./mutations";
import { OnOffInput } from "./OnOffInput";
import { PlanFeatureSelect } from "./PlanFeatureSelect";

interface Props {
  initial: EntitlementValues;
  /** The features that the plan has already, where one is to be chosen. */
  taken?: string[];
  action: string;
  failure: string;
  isPending: boolean;
  onSend: (draft: PlanFeatureDraft) => Promise<void>;
  /** Reads what is there now; null where the form's own values stay. */
  onReload: () => Promise<EntitlementValues | null>;
}

/** What a plan gives of one feature: what is asked for depends on the feature's type. */
export function EntitlementForm({ initial, taken, action, failure, isPending, onSend, onReload }: Props) {
  const features = useFeatures();
  const typeOf = ({ feature }: EntitlementValues) => features.get(feature)?.featureType;
  const form = useForm({
    initialValues: initial,
    validate: (values) => validateEntitlement(values, typeOf(values)),
  });
  const refusal = useRefusal(form, (path) => path.replace(/^planEntitlements\.\d+\./, ""));
  const type = typeOf(form.values);
  const submit = form.onSubmit((values) => {
    if (!type) return;
    refusal.clear();
    onSend({ feature: values.feature, details: toDetails(values, type) }).catch(refusal.show);
  });
  const reload = async () => {
    const present = await onReload();
    if (present) form.setValues(present);
    refusal.clear();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {taken && <PlanFeatureSelect taken={taken} {...form.getInputProps("feature")} />}
        {type === "BOOLEAN" && <OnOffInput form={form} />}
        {(type === "CUSTOMIZABLE" || type === "METER") && (
          <LimitInput form={form} feature={features.get(form.values.feature)} />
        )}
        {type === "METER" && <MeteredInputs form={form} />}
        {refusal.error && (
          <ChangeError title={failure} thing="plan" error={refusal.error} onReload={reload} />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
