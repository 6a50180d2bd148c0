// Margay's look as the kit's theme: the ink of a night, and the green of a cat's eyes in it.
import { createTheme, type MantineColorsTuple } from "@mantine/core";

/** What shines back from a cat's eye: our one color for what can be acted upon. */
const eyeshine: MantineColorsTuple = [
  "#e6faf5",
  "#cdf1e8",
  "#9fe4d4",
  "#6dd6be",
  "#4fd6bd",
  "#2fb39b",
  "#1a9480",
  "#0f7d6c",
  "#0b6c5d",
  "#06574b",
];

/** The kit's scale for dark: 0 is text, 2 muted text, 4 borders, 6 controls, 7 the page's surface. */
const dark: MantineColorsTuple = [
  "#e2e9ee",
  "#c3cdd6",
  "#9dabb8",
  "#5f6e7b",
  "#2b3742",
  "#222c36",
  "#1b242d",
  "#141b22",
  "#0e141a",
  "#0a0f14",
];

export const theme = createTheme({
  primaryColor: "eyeshine",
  // Shade 8 has white text at 6:1; brighter ones would not reach 4.5:1.
  primaryShade: { light: 8, dark: 8 },
  colors: { eyeshine, dark },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: "620" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.1875rem" },
  defaultRadius: 6,
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs" } },
    TextInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm" } },
    Modal: { defaultProps: { overlayProps: { blur: 0, backgroundOpacity: 0.6 } } },
    Tooltip: { defaultProps: { openDelay: 350, multiline: true, maw: 420 } },
  },
});
