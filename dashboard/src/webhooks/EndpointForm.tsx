import { Button, Group, Radio, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { ErrorNotice } from "../ui/ErrorNotice";
import { EVENT_TYPES, SIGNATURES, type EventType, type Signature } from "./webhook";

export interface EndpointValues {
  url: string;
  description: string;
  isForAll: boolean;
  eventTypes: EventType[];
  signature: Signature;
}

interface Props {
  initialValues: EndpointValues;
  submitLabel: string;
  errorTitle: string;
  error: unknown;
  isPending: boolean;
  onSubmit: (values: EndpointValues) => void;
}

/** What a person chooses of an endpoint, new or existing. */
export function EndpointForm({ initialValues, submitLabel, errorTitle, error, isPending, onSubmit }: Props) {
  const form = useForm<EndpointValues>({
    initialValues,
    validate: {
      url: (url) => (url.trim() ? null : "An endpoint needs a URL."),
      eventTypes: (types, { isForAll }) => (isForAll || types.length ? null : "Choose at least one."),
    },
  });
  return (
    <form onSubmit={form.onSubmit(onSubmit)} noValidate>
      <Stack gap="md">
        <TextInput
          label="URL"
          description="HTTPS with a domain name, such as https://shop.example/webhooks"
          required
          data-autofocus
          autoComplete="off"
          inputMode="url"
          {...form.getInputProps("url")}
        />
        <TextInput
          label="Description"
          autoComplete="off"
          maxLength={2000}
          {...form.getInputProps("description")}
        />
        <Switch label="All events" {...form.getInputProps("isForAll", { type: "checkbox" })} />
        {!form.values.isForAll && (
          <Switch.Group label="Events" {...form.getInputProps("eventTypes")}>
            <Stack gap="xs" mt="xs">
              {EVENT_TYPES.map((type) => (
                <Switch key={type} value={type} label={type} size="sm" />
              ))}
            </Stack>
          </Switch.Group>
        )}
        <Radio.Group label="Signature" {...form.getInputProps("signature")}>
          <Stack gap="sm" mt="xs">
            {Object.entries(SIGNATURES).map(([signature, { label, description }]) => (
              <Radio key={signature} value={signature} label={label} description={description} />
            ))}
          </Stack>
        </Radio.Group>
        {error !== null && <ErrorNotice title={errorTitle} error={error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={isPending}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The fields of a request that the values stand for. */
export function toFields({ url, description, isForAll, eventTypes, signature }: EndpointValues) {
  return {
    url: url.trim(),
    description: description.trim() || null,
    eventTypes: isForAll ? null : eventTypes,
    signature,
  };
}
