import { Alert, List, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

import type { ProblemError } from "../api/problem";
import { AnchorLink } from "../ui/AnchorLink";
import { formatCount } from "../ui/numbers";

interface Props {
  problem: ProblemError;
  onFollow: () => void;
}

/** Which plans are sold with a feature and so keep it from being archived, each a link to it. */
export function FeatureInUse({ problem, onFollow }: Props) {
  const plans = Array.isArray(problem.body.plans) ? (problem.body.plans as string[]) : [];
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertTriangle aria-hidden />}
      title="This feature cannot be archived yet"
    >
      <Stack gap="xs">
        <Text size="sm">
          {formatCount(plans.length, "plan is", "plans are")} sold with it. Publish a version without it
          first:
        </Text>
        <List size="sm">
          {plans.map((plan) => (
            <List.Item key={plan}>
              <AnchorLink
                to="/plans/$plan"
                params={{ plan }}
                size="sm"
                c="inherit"
                underline="always"
                onClick={onFollow}
              >
                {plan}
              </AnchorLink>
            </List.Item>
          ))}
        </List>
      </Stack>
    </Alert>
  );
}
