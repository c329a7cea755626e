import type {
  AggregationFunction,
  FeatureCreate,
  FeatureType,
  Filter,
  FilterOperator,
  MeterKind,
} from "../catalog/catalog";

export type FilterKind = "text" | "number" | "boolean";

export interface FilterValues {
  property: string;
  operator: FilterOperator;
  kind: FilterKind;
  value: string;
}

/** The fields of the form, shaped as the request is, so that the API's texts find their fields. */
export interface FeatureValues {
  name: string;
  identifier: string;
  description: string;
  featureType: FeatureType;
  featureDetails: { featureSubType: MeterKind; units: { singular: string; plural: string } };
  meter: {
    eventName: string;
    aggregation: { function: AggregationFunction; field: string };
    filters: FilterValues[][];
  };
}

export const EMPTY_FILTER: FilterValues = { property: "", operator: "EQUALS", kind: "text", value: "" };

export const EMPTY_FEATURE: FeatureValues = {
  name: "",
  identifier: "",
  description: "",
  featureType: "BOOLEAN",
  featureDetails: { featureSubType: "PRE_AGGREGATED_USAGE", units: { singular: "", plural: "" } },
  meter: { eventName: "", aggregation: { function: "COUNT", field: "" }, filters: [] },
};

/** What a property can be compared with; the first one is chosen unless another one is. */
export function kindsOf(operator: FilterOperator): [FilterKind, ...FilterKind[]] {
  if (operator === "CONTAINS") return ["text"];
  return operator === "EQUALS" || operator === "NOT_EQUALS" ? ["text", "number", "boolean"] : ["number"];
}

export function hasUnits({ featureType }: FeatureValues): boolean {
  return featureType !== "BOOLEAN";
}

export function hasMeter({ featureType, featureDetails }: FeatureValues): boolean {
  return featureType === "METER" && featureDetails.featureSubType === "RAW_EVENTS";
}

/** What the API checks, too, said before anything is sent. */
export function validateFeature(values: FeatureValues): Record<string, string | null> {
  const { singular, plural } = values.featureDetails.units;
  const { eventName, aggregation, filters } = values.meter;
  const isOneUnitMissing = hasUnits(values) && !singular.trim() !== !plural.trim();
  return {
    name: values.name.trim() ? null : "A feature needs a name.",
    "featureDetails.units.singular": isOneUnitMissing && !singular.trim() ? "Name one unit, too." : null,
    "featureDetails.units.plural": isOneUnitMissing && !plural.trim() ? "Name several units, too." : null,
    ...(hasMeter(values) && {
      "meter.eventName": eventName.trim() ? null : "Name the events that are counted.",
      "meter.aggregation.field":
        aggregation.function === "COUNT" || aggregation.field.trim() ? null : "Name the property.",
      ...Object.fromEntries(filters.flatMap(validateGroup)),
    }),
  };
}

function validateGroup(group: FilterValues[], groupIndex: number): [string, string | null][] {
  return group.flatMap(({ property, kind, value }, index): [string, string | null][] => {
    const path = `meter.filters.${groupIndex}.${index}`;
    const isNumber = value.trim() !== "" && Number.isFinite(Number(value));
    return [
      [`${path}.property`, property.trim() ? null : "Name the property."],
      [`${path}.value`, kind !== "number" || isNumber ? null : "This is not a number."],
    ];
  });
}

export function toFeatureCreate(values: FeatureValues): FeatureCreate {
  const { featureType, featureDetails, meter } = values;
  const { singular, plural } = featureDetails.units;
  const units = singular.trim() ? { singular: singular.trim(), plural: plural.trim() } : null;
  const featureSubType = featureType === "METER" ? featureDetails.featureSubType : null;
  return {
    name: values.name.trim(),
    identifier: values.identifier.trim() || null,
    description: values.description.trim() || null,
    featureType,
    featureDetails: hasUnits(values) ? { featureSubType, units } : null,
    meter: hasMeter(values)
      ? {
          eventName: meter.eventName.trim(),
          aggregation: {
            function: meter.aggregation.function,
            field: meter.aggregation.function === "COUNT" ? null : meter.aggregation.field.trim(),
          },
          filters: meter.filters.map((group) => group.map(toFilter)),
        }
      : null,
  };
}

function toFilter({ property, operator, kind, value }: FilterValues): Filter {
  const typed = { text: value, number: Number(value), boolean: value === "true" }[kind];
  return { property: property.trim(), operator, value: typed };
}
