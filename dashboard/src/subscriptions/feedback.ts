import type { components } from "../api/schema.gen";

export type Feedback = components["schemas"]["CancellationFeedback"];

export const FEEDBACK: { value: Feedback | ""; label: string }[] = [
  { value: "", label: "Not given" },
  { value: "TOO_EXPENSIVE", label: "Too expensive" },
  { value: "MISSING_FEATURES", label: "Missing features" },
  { value: "SWITCHED_SERVICE", label: "Switched to another service" },
  { value: "UNUSED", label: "Not used" },
  { value: "CUSTOMER_SERVICE", label: "Customer service" },
  { value: "LOW_QUALITY", label: "Low quality" },
  { value: "TOO_COMPLEX", label: "Too complex" },
  { value: "OTHER", label: "Other" },
];
