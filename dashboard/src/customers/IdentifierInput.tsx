import { TextInput, type TextInputProps } from "@mantine/core";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  /** What the person has chosen; empty while the identifier follows the name. */
  value?: string | undefined;
  onChange?: (value: string) => void;
  derived: string;
}

/** The identifier of a customer to be: derived while the name is typed, until the person chooses one. */
export function IdentifierInput({ value, onChange, derived, ...input }: Props) {
  const isChosen = value !== undefined && value !== "";
  return (
    <TextInput
      label="Identifier"
      description="Made from the name, or choose your own without / ? # and %. It can never be changed."
      required
      autoComplete="off"
      spellCheck={false}
      maxLength={255}
      {...input}
      value={isChosen ? value : derived}
      onChange={(event) => {
        onChange?.(event.currentTarget.value);
      }}
    />
  );
}
