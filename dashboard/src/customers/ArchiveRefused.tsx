import { Alert, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import type { ProblemError } from "../api/problem";
import { AnchorLink } from "../ui/AnchorLink";
import { formatCount } from "../ui/numbers";
import { readBlocking } from "./blocking";

interface Props {
  problem: ProblemError;
  onFollow: () => void;
}

/** Which subscriptions keep a customer from being archived, each a link to where it can be canceled. */
export function ArchiveRefused({ problem, onFollow }: Props) {
  const { total, named } = readBlocking(problem);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title="This customer cannot be archived yet"
    >
      <Stack gap="xs">
        <Text size="sm">{formatCount(total, "subscription")} must be canceled first:</Text>
        <List size="sm">
          {named.map(({ id, planIdentifier, status }) => (
            <List.Item key={id}>
              <AnchorLink
                to="/subscriptions/$subscriptionId"
                params={{ subscriptionId: id }}
                size="sm"
                c="inherit"
                underline="always"
                onClick={onFollow}
              >
                {planIdentifier}
              </AnchorLink>{" "}
              ({status})
            </List.Item>
          ))}
        </List>
        {total > named.length && <Text size="sm">and {total - named.length} more.</Text>}
      </Stack>
    </Alert>
  );
}
