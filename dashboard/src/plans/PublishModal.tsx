import { Alert, Button, Group, Stack } from "@mantine/core";
import { useState } from "react";

import { isProblem } from "../api/problem";
import { ChangeError } from "../ui/ChangeError";
import { Dialog } from "../ui/Dialog";
import { notifySuccess } from "../ui/notify";
import { MigrationInputs } from "./MigrationInputs";
import { MigrationRunning } from "./MigrationRunning";
import { usePublishPlan } from "./mutations";
import type { PlanView } from "./planView";
import { PublishedChanges } from "./PublishedChanges";
import type { PlanVersion } from "./queries";
import { useSeenVersion } from "./useSeenVersion";

interface Props {
  newest: PlanVersion;
  onClose: () => void;
  onShow: (view: PlanView) => void;
}

/** Asks before the draft is sold, and shows what that changes. */
export function PublishModal({ newest, onClose, onShow }: Props) {
  const { seen, reload: readCurrent } = useSeenVersion(newest);
  const [scope, setScope] = useState({ updateFeatures: false, updatePricing: false });
  const publish = usePublishPlan(seen);
  const { name, version, publishedVersion } = seen.plan;
  const hasPrice = seen.prices.length > 0;
  const confirm = () => {
    publish.mutate(scope, {
      onSuccess: ({ version: published, migrating }) => {
        notifySuccess(`Version ${published} of ${name} is sold now.`);
        onClose();
        onShow(migrating ? { tab: "migration", migration: published } : {});
      },
    });
  };
  const reload = async () => {
    await readCurrent();
    publish.reset();
  };
  const isRunning = isProblem(publish.error, "migration_running");
  return (
    <Dialog onClose={onClose} title={`Publish version ${version} of ${name}`} size="xl">
      <Stack gap="md">
        <PublishedChanges draft={seen} />
        {!hasPrice && (
          <Alert color="yellow" variant="light" title="The draft has no price">
            A plan needs at least one price before it can be published. It may be a free one.
          </Alert>
        )}
        {publishedVersion !== null && <MigrationInputs scope={scope} onChange={setScope} />}
        {isRunning && <MigrationRunning plan={seen.plan} onFollow={onClose} />}
        {publish.isError && !isRunning && (
          <ChangeError
            title="The plan was not published"
            thing="plan"
            error={publish.error}
            onReload={reload}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={!hasPrice} loading={publish.isPending} onClick={confirm}>
            Publish version {version}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
