import { lazy, Suspense, type ComponentType } from "react";

import { useFocusReturn } from "./useFocusReturn";

/** A modal whose code is loaded when it is opened first, so that no page waits for it. */
export function lazyModal<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const Modal = lazy(async () => ({ default: await load() }));
  return function LazyModal(props: Props) {
    // What opens it has the focus now. By the time that the code is there, a menu may have taken it along.
    useFocusReturn();
    return (
      <Suspense fallback={null}>
        <Modal {...props} />
      </Suspense>
    );
  };
}
