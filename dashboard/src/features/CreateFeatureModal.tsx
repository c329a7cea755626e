import { Dialog } from "../ui/Dialog";
import { CreateFeatureForm } from "./CreateFeatureForm";

export function CreateFeatureModal({ onClose }: { onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="Create feature" size="xl">
      <CreateFeatureForm onClose={onClose} />
    </Dialog>
  );
}
