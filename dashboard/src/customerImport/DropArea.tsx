import { Stack } from "@mantine/core";
import { useState, type DragEvent, type ReactNode } from "react";

import classes from "./DropArea.module.css";

interface Props {
  onDrop: (file: File) => void;
  children: ReactNode;
}

/** Takes a file that is dragged onto it. What is inside has another way for those who cannot drag. */
export function DropArea({ onDrop, children }: Props) {
  const [isOver, setIsOver] = useState(false);
  const take = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onDrop(file);
  };
  return (
    <Stack
      className={classes.area}
      data-over={isOver || undefined}
      align="center"
      gap="sm"
      p="xl"
      ta="center"
      onDragOver={(event) => {
        // Without this, the browser would open the file.
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => {
        setIsOver(false);
      }}
      onDrop={take}
    >
      {children}
    </Stack>
  );
}
