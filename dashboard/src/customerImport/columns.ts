/** What a column of the file becomes: a field of a customer, a property of the metadata, or nothing. */
export const TARGETS = ["name", "customerId", "email", "billingId", "metadata", "ignored"] as const;
export type Target = (typeof TARGETS)[number];

export const TARGET_LABELS: Record<Target, string> = {
  name: "Name",
  customerId: "Identifier",
  email: "Email",
  billingId: "Billing ID",
  metadata: "Metadata",
  ignored: "Left out",
};

/** Titles that are common for a field, in lower case without spaces, dashes and underscores. */
const KNOWN_TITLES: Record<string, Target> = {
  name: "name",
  customer: "name",
  customername: "name",
  company: "name",
  companyname: "name",
  fullname: "name",
  identifier: "customerId",
  customerid: "customerId",
  id: "customerId",
  email: "email",
  emailaddress: "email",
  mail: "email",
  billingid: "billingId",
  stripeid: "billingId",
  stripecustomerid: "billingId",
};

/** What each column probably is. A field is given to the first column that looks like it. */
export function guessTargets(titles: string[]): Target[] {
  const given = new Set<Target>();
  return titles.map((title) => {
    const target = KNOWN_TITLES[title.toLowerCase().replaceAll(/[\s_-]/g, "")];
    if (!target || given.has(target)) return title === "" ? "ignored" : "metadata";
    given.add(target);
    return target;
  });
}

/** What keeps the columns from being imported; null where nothing does. */
export function findColumnProblem(titles: string[], targets: Target[]): string | null {
  const fields = targets.filter((target) => target !== "metadata" && target !== "ignored");
  const repeated = fields.find((field, index) => fields.indexOf(field) !== index);
  if (repeated) return `Two columns become the ${TARGET_LABELS[repeated].toLowerCase()}. Choose one of them.`;
  if (!fields.includes("name") && !fields.includes("customerId")) {
    return "Choose the column that has the names, or the one that has the identifiers.";
  }
  const properties = titles.filter((_, index) => targets[index] === "metadata");
  if (properties.includes("")) return "A column without a title cannot become metadata.";
  if (new Set(properties).size < properties.length) return "Two columns of metadata have the same title.";
  return null;
}
