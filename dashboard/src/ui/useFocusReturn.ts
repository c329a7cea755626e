import { useEffect, useState } from "react";

/** Gives the focus back, once the component is gone, to what had it when the component was rendered first. */
export function useFocusReturn(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    },
    [opener],
  );
}
