import { Textarea, type TextareaProps } from "@mantine/core";

export function DescriptionInput(input: TextareaProps) {
  return (
    <Textarea
      label="Description"
      description="Optional"
      autosize
      minRows={1}
      maxRows={6}
      maxLength={2000}
      dir="auto"
      {...input}
    />
  );
}
