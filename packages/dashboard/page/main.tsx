// The page: one router, one stream of live changes, one view per address.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRootRoute, createRoute, createRouter, Navigate, RouterProvider } from "@tanstack/react-router";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LiveProvider } from "./api/live.tsx";
import { AppsView } from "./apps/apps-view.tsx";
import { EventView } from "./events/event-view.tsx";
import { EventsView } from "./events/events-view.tsx";
import { Frame } from "./frame/frame.tsx";
import { readSearch, writeSearch } from "./frame/url-state.ts";
import { View } from "./frame/view.tsx";
import { FunctionsView } from "./functions/functions-view.tsx";
import { RunPage } from "./run/run-page.tsx";
import { RunsView } from "./runs/runs-view.tsx";
import "./style/all.css";

const root = createRootRoute({ component: Frame });

/** A view that has no frame of its own yet. */
function titled(title: string, Content: () => ReactNode): () => ReactNode {
  return () => (
    <View title={title}>
      <Content />
    </View>
  );
}

const views: Readonly<Record<string, () => ReactNode>> = {
  "/": () => <Navigate to="/runs" replace />,
  "/runs": titled("Runs", RunsView),
  "/runs/$runId": titled("Run", RunPage),
  "/events": titled("Events", EventsView),
  "/events/$eventId": titled("Event", EventView),
  "/functions": titled("Functions", FunctionsView),
  "/apps": titled("Apps", AppsView),
};

const routes = Object.entries(views).map(([path, component]) =>
  createRoute({ getParentRoute: () => root, path, component }),
);
const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: "intent",
  parseSearch: readSearch,
  stringifySearch: writeSearch,
});
const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 1000, retry: 1 } } });

const place = document.getElementById("root");
if (place === null) throw new Error("The page has no place to stand in.");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LiveProvider>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);
