import type { Plan, PlanUpdate } from "../catalog/catalog";

export interface PlanValues {
  name: string;
  description: string;
  maxPerCustomer: number | string;
}

export const EMPTY_PLAN: PlanValues = { name: "", description: "", maxPerCustomer: "" };

export function readPlanValues({ name, description, maxPerCustomer }: Plan): PlanValues {
  return { name, description: description ?? "", maxPerCustomer: maxPerCustomer ?? "" };
}

/** What the API checks, too, said before anything is sent. */
export function validatePlan({ name }: PlanValues): Record<string, string | null> {
  return { name: name.trim() ? null : "A plan needs a name." };
}

export function toPlanUpdate({ name, description, maxPerCustomer }: PlanValues) {
  return {
    name: name.trim(),
    description: description.trim() || null,
    maxPerCustomer: maxPerCustomer === "" ? null : Number(maxPerCustomer),
  } satisfies PlanUpdate;
}
