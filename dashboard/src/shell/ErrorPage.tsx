import type { ErrorComponentProps } from "@tanstack/react-router";

import { ErrorNotice } from "../ui/ErrorNotice";

/** What is shown in place of a page that broke: never a blank one. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  return <ErrorNotice title="This page cannot be shown" error={error} onRetry={reset} />;
}
