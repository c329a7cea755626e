import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";

import { useApi } from "../api/useApi";
import { identifierPreviewQuery } from "./queries";

const DEBOUNCE_MILLISECONDS = 200;

interface Preview {
  /** The identifier that the name gets; while another name is typed, still that of the one before. */
  shown: string;
  /** The same, but undefined until it is that of the name as it is now. */
  current: string | undefined;
}

export function useIdentifierPreview(name: string): Preview {
  const api = useApi();
  const wanted = name.trim();
  const [asked] = useDebouncedValue(wanted, DEBOUNCE_MILLISECONDS);
  const { data, isPlaceholderData } = useQuery(identifierPreviewQuery(api, asked));
  const isCurrent = asked === wanted && !isPlaceholderData;
  return { shown: wanted ? (data?.customerId ?? "") : "", current: isCurrent ? data?.customerId : undefined };
}
