import { Text } from "@mantine/core";
import type { ReactNode } from "react";

import { EmptyState } from "./EmptyState";
import { PageTitle } from "./PageTitle";

interface Props {
  /** In a word: `plan`. */
  thing: string;
  /** Which one was asked for, as a sentence. */
  detail: string;
  icon: ReactNode;
  /** The way on. */
  children: ReactNode;
}

/** What stands in place of the page of something that is not there. */
export function UnknownThing({ thing, detail, icon, children }: Props) {
  return (
    <>
      <PageTitle title={`Unknown ${thing}`} />
      <EmptyState icon={icon} title={`There is no such ${thing}`}>
        <Text size="sm">{detail}</Text>
        {children}
      </EmptyState>
    </>
  );
}
