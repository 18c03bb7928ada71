// The page: one router, one stream of live changes, one view per address.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRootRoute, createRoute, createRouter, Navigate, RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LiveProvider } from "./api/live.tsx";
import { AppsView } from "./apps/apps-view.tsx";
import { EventView } from "./events/event-view.tsx";
import { EventsView } from "./events/events-view.tsx";
import { Frame } from "./frame/frame.tsx";
import { FunctionsView } from "./functions/functions-view.tsx";
import { RunPage } from "./run/run-page.tsx";
import { RunsView } from "./runs/runs-view.tsx";
import "./style/all.css";

const root = createRootRoute({ component: Frame });
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

const routes = [
  createRoute({ getParentRoute: () => root, path: "/", component: () => <Navigate to="/runs" replace /> }),
  createRoute({
    getParentRoute: () => root,
    path: "/runs",
    component: RunsView,
    validateSearch: (search: Record<string, unknown>) => {
      const [status, functionId, query] = [text(search.status), text(search.functionId), text(search.query)];
      return {
        ...(status === undefined ? {} : { status }),
        ...(functionId === undefined ? {} : { functionId }),
        ...(query === undefined ? {} : { query }),
      };
    },
  }),
  createRoute({ getParentRoute: () => root, path: "/runs/$runId", component: RunPage }),
  createRoute({ getParentRoute: () => root, path: "/events", component: EventsView }),
  createRoute({ getParentRoute: () => root, path: "/events/$eventId", component: EventView }),
  createRoute({ getParentRoute: () => root, path: "/functions", component: FunctionsView }),
  createRoute({ getParentRoute: () => root, path: "/apps", component: AppsView }),
];
const router = createRouter({ routeTree: root.addChildren(routes), defaultPreload: "intent" });
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
