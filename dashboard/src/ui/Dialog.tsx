import { Modal, type ModalProps } from "@mantine/core";

import { useFocusReturn } from "./useFocusReturn";

type Props = Omit<ModalProps, "opened">;

/** A modal that is there only while it is open. Once it is closed, the focus is back where it was before. */
export function Dialog(props: Props) {
  useFocusReturn();
  return <Modal opened {...props} />;
}
