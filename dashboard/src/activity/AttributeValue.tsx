import { Fragment } from "react";

import { Time } from "../time/Time";
import { formatNumber } from "../ui/numbers";
import { labelAttribute, labelValue } from "./labels";

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

interface Props {
  attribute: string;
  value: unknown;
}

/** A value of an attribute, of whatever kind: a text, a number, a time, or several with their names. */
export function AttributeValue({ attribute, value }: Props) {
  if (value === null || value === undefined) return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "string") {
    return TIME.test(value) ? <Time iso={value} as="moment" /> : <bdi>{labelValue(attribute, value)}</bdi>;
  }
  if (Array.isArray(value)) return <bdi>{value.length ? value.join(", ") : "none"}</bdi>;
  return <NamedValues values={value as Record<string, unknown>} />;
}

/** Those that there are: `Plan team, Version 2`. */
function NamedValues({ values }: { values: Record<string, unknown> }) {
  const named = Object.entries(values).filter(([, value]) => value !== null);
  return named.map(([name, value], index) => (
    <Fragment key={name}>
      {index > 0 && ", "}
      {labelAttribute(name)} <AttributeValue attribute={name} value={value} />
    </Fragment>
  ));
}
