import { formatCount } from "../ui/numbers";
import type { CustomerPage } from "./customer";

/** How many customers there are; a search may know only of the first ones. */
export function CustomerCount({ page }: { page: CustomerPage }) {
  return `${page.countIsExact ? "" : "At least "}${formatCount(page.count, "customer")}`;
}
