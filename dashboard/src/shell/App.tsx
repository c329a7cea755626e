import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";

import { resolveVariables, theme } from "../theme/theme";
import { queryClient } from "./queryClient";
import { Start } from "./Start";

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={resolveVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" />
        <Start />
      </QueryClientProvider>
    </MantineProvider>
  );
}
