import { TextInput, type TextInputProps } from "@mantine/core";

export function NameInput(input: TextInputProps) {
  return (
    <TextInput
      label="Customer name"
      required
      data-autofocus
      autoComplete="off"
      maxLength={255}
      dir="auto"
      {...input}
    />
  );
}
