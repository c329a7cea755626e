import { TextInput, type TextInputProps } from "@mantine/core";

/** The identifier of a feature or a plan to be. */
export function IdentifierInput(input: TextInputProps) {
  return (
    <TextInput
      label="Identifier"
      description="Left empty, it is made from the name. Small letters, digits, - and _; it can never be changed."
      autoComplete="off"
      spellCheck={false}
      maxLength={100}
      {...input}
    />
  );
}
