import { NativeSelect, type NativeSelectProps } from "@mantine/core";

const names = new Intl.DisplayNames("en", { type: "currency" });
/** As the browser knows them; the API says of the few that it does not take. */
const CURRENCIES = Intl.supportedValuesOf("currency").map((code) => ({
  value: code,
  label: `${code} · ${names.of(code) ?? code}`,
}));

export function CurrencySelect(input: NativeSelectProps) {
  return <NativeSelect label="Currency" data={CURRENCIES} {...input} />;
}
