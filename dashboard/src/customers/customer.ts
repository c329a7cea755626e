import type { components } from "../api/schema.gen";

export type Customer = components["schemas"]["CustomerModel"];
export type CustomerPage = components["schemas"]["PageModel_CustomerModel_"];
