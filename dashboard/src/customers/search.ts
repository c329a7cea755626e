const SEARCHABLE = /\S{2}|\p{Script=Han}/u;

/** Whether the text is long enough to search for. The API has the last word: it does not count accents. */
export function isLongEnough(search: string): boolean {
  return SEARCHABLE.test(search);
}
