import {
  NumberInput,
  TextInput,
  type TextareaProps,
  type NumberInputProps,
  type TextInputProps,
} from "@mantine/core";
import type { ReactNode } from "react";

import { DescriptionInput } from "../catalog/DescriptionInput";

interface Props {
  name: TextInputProps;
  description: TextareaProps;
  maxPerCustomer: NumberInputProps;
  /** What stands below the name. */
  children?: ReactNode;
}

/** What a plan is apart from its features and prices. */
export function PlanTextInputs({ name, description, maxPerCustomer, children }: Props) {
  return (
    <>
      <TextInput
        label="Plan name"
        required
        data-autofocus
        autoComplete="off"
        maxLength={255}
        dir="auto"
        {...name}
      />
      {children}
      <DescriptionInput {...description} />
      <NumberInput
        label="Subscriptions per customer"
        description="How many live ones a customer may have at most; left empty, any number. It applies at once."
        min={1}
        allowDecimal={false}
        allowNegative={false}
        thousandSeparator
        {...maxPerCustomer}
      />
    </>
  );
}
