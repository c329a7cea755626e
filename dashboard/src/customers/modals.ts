import { lazyModal } from "../ui/lazyModal";

export const CreateCustomerModal = lazyModal(
  async () => (await import("./CreateCustomerModal")).CreateCustomerModal,
);

export const EditCustomerModal = lazyModal(
  async () => (await import("./EditCustomerModal")).EditCustomerModal,
);

export const ArchiveCustomerModal = lazyModal(
  async () => (await import("./ArchiveCustomerModal")).ArchiveCustomerModal,
);
