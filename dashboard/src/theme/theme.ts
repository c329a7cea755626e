import { createTheme, type CSSVariablesResolver } from "@mantine/core";

export const theme = createTheme({
  // Shade 6, the default, has a contrast of 3.55 on white; 4.5 is what texts need.
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: "650" },
  components: {
    // As wide as its text, whatever is beside it.
    Badge: { defaultProps: { tt: "none", fw: 600, miw: "max-content" } },
    // In the page itself, so that a screen reader finds the items where the button is. The placeholder for the
    // first focus is a child that a menu may not have.
    Menu: { defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        // Not one more banner of the page.
        attributes: { header: { role: "presentation" } },
      },
    },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true }, withArrow: true } },
  },
});

/** Colours that Mantine's defaults make too pale to read. */
export const resolveVariables: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": theme.colors.gray[7],
    "--mantine-color-placeholder": theme.colors.gray[7],
    "--mantine-color-anchor": theme.colors.blue[8],
    "--mantine-color-error": theme.colors.red[9],
    // Texts of badges and notices on the pale shade of the same colour.
    "--mantine-color-blue-light-color": "#124a85",
    "--mantine-color-gray-light-color": theme.colors.gray[8],
    "--mantine-color-green-light-color": "#1d6129",
    "--mantine-color-red-light-color": "#8f1d1d",
    "--mantine-color-yellow-light-color": "#704000",
  },
  dark: {
    "--mantine-color-dimmed": theme.colors.dark[1],
    "--mantine-color-placeholder": theme.colors.dark[1],
    "--mantine-color-anchor": theme.colors.blue[3],
    "--mantine-color-error": theme.colors.red[4],
  },
});
