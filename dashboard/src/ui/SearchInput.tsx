import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useRef, useState } from "react";

const DEBOUNCE_MILLISECONDS = 250;

interface Props {
  label: string;
  /** What is searched for now; a change from outside, such as the back button, is shown. */
  value: string;
  onSearch: (value: string) => void;
}

/** A search bar that searches while the person types. The key `/` brings the cursor into it. */
export function SearchInput({ label, value, onSearch }: Props) {
  const [text, setText] = useState(value);
  const [searched, setSearched] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const search = useDebouncedCallback((next: string) => {
    setSearched(next);
    onSearch(next);
  }, DEBOUNCE_MILLISECONDS);
  if (value !== searched) {
    setSearched(value);
    setText(value);
  }
  const change = (next: string) => {
    setText(next);
    search(next.trim());
  };
  useHotkeys([["/", () => input.current?.focus()]]);
  return (
    <TextInput
      ref={input}
      flex="1 1 220px"
      maw={420}
      type="search"
      role="searchbox"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text && (
          <CloseButton
            size="sm"
            aria-label="Clear the search"
            onClick={() => {
              change("");
            }}
          />
        )
      }
      value={text}
      onChange={(event) => {
        change(event.currentTarget.value);
      }}
    />
  );
}
