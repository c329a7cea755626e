/** The page is in English; a reader's own English decides the order of day and month. */
export const locale = navigator.language.startsWith("en") ? navigator.language : "en";
