import { TextInput, type TextInputProps } from "@mantine/core";

export function EmailInput(input: TextInputProps) {
  return (
    <TextInput
      label="Email address"
      description="Optional"
      type="email"
      autoComplete="off"
      maxLength={254}
      {...input}
    />
  );
}
