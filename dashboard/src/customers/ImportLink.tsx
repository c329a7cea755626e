import { IconUpload } from "@tabler/icons-react";

import { ButtonLink } from "../ui/ButtonLink";

/** The way to the import. Where there is little room, the icon stands for it. */
export function ImportLink() {
  return (
    <>
      <ButtonLink to="/customers/import" variant="default" px="xs" aria-label="Import" hiddenFrom="sm">
        <IconUpload size={16} aria-hidden />
      </ButtonLink>
      <ButtonLink
        to="/customers/import"
        variant="default"
        leftSection={<IconUpload size={16} aria-hidden />}
        visibleFrom="sm"
      >
        Import
      </ButtonLink>
    </>
  );
}
