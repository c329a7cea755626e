import { TextInput, type TextInputProps } from "@mantine/core";

/** The identifier of a customer to be. Left empty, Parity derives one from the name. */
export function IdentifierInput({ name, ...input }: TextInputProps & { name: string }) {
  return (
    <TextInput
      label="Identifier"
      description="Unique, and never changed later. It is part of URLs, so / ? # and % are not allowed."
      placeholder={name.trim() && "Derived from the name"}
      autoComplete="off"
      spellCheck={false}
      maxLength={255}
      {...input}
    />
  );
}
