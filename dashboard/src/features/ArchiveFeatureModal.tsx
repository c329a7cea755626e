import { isProblem } from "../api/problem";
import type { Feature } from "../catalog/catalog";
import { ArchiveModal } from "../ui/ArchiveModal";
import { FeatureInUse } from "./FeatureInUse";
import { useArchiveFeature } from "./mutations";
import { useSeenFeature } from "./useSeenFeature";

interface Props {
  feature: Feature;
  onClose: () => void;
}

export function ArchiveFeatureModal({ feature, onClose }: Props) {
  const { seen, reload } = useSeenFeature(feature);
  const archive = useArchiveFeature(seen);
  const refusal = isProblem(archive.error, "feature_in_use") ? archive.error : null;
  return (
    <ArchiveModal
      thing="feature"
      name={seen.name}
      question="No plan can get this feature any more. Customers who have it keep it. This cannot be undone."
      archive={archive}
      refusal={refusal && <FeatureInUse problem={refusal} onFollow={onClose} />}
      onReload={reload}
      onClose={onClose}
    />
  );
}
