import { useState } from "react";

interface Seen<Thing> {
  /** The thing as the person has seen it. */
  seen: Thing;
  /** Shows the person what it is now. */
  reload: () => Promise<Thing>;
}

/** What a person has before them while they change it: the change is for that state, whatever others do meanwhile. */
export function useSeen<Thing>(first: Thing, read: () => Promise<Thing>): Seen<Thing> {
  const [seen, setSeen] = useState(first);
  const reload = async () => {
    const current = await read();
    setSeen(current);
    return current;
  };
  return { seen, reload };
}
