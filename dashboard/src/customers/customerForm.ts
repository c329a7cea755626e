import { isEmail } from "@mantine/form";

/** What the API checks, too, said before anything is sent. */
export function validateName(name: string): string | null {
  return name.trim() ? null : "A customer needs a name.";
}

export function validateEmail(email: string): string | null {
  if (!email.trim()) return null;
  return isEmail("This is not an email address.")(email.trim()) as string | null;
}
