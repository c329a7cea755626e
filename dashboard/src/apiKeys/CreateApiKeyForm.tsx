import { Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { ErrorNotice } from "../ui/ErrorNotice";
import { KINDS, type ApiKeyCreated, type ApiKeyKind } from "./apiKey";
import { useCreateApiKey } from "./mutations";

interface Values {
  name: string;
  kind: ApiKeyKind;
}

export function CreateApiKeyForm({ onCreated }: { onCreated: (created: ApiKeyCreated) => void }) {
  const create = useCreateApiKey();
  const form = useForm<Values>({
    initialValues: { name: "", kind: "sk" },
    validate: { name: (name) => (name.trim() ? null : "A key needs a name.") },
  });
  const submit = form.onSubmit(({ name, kind }) => {
    create.mutate({ name: name.trim(), kind }, { onSuccess: onCreated });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="What will use it, such as the billing service"
          required
          data-autofocus
          autoComplete="off"
          maxLength={255}
          {...form.getInputProps("name")}
        />
        <Radio.Group label="Kind" {...form.getInputProps("kind")}>
          <Stack gap="sm" mt="xs">
            {Object.entries(KINDS).map(([kind, { label, may }]) => (
              <Radio key={kind} value={kind} label={`${label} (${kind}_…)`} description={may} />
            ))}
          </Stack>
        </Radio.Group>
        {create.isError && <ErrorNotice title="The key was not created" error={create.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
