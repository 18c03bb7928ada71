// The page: one router, one stream of live changes, one view per address.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRootRoute, createRoute, createRouter, Navigate, RouterProvider } from "@tanstack/react-router";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { LiveProvider } from "./api/live.tsx";
import { AppsPage } from "./apps/apps-page.tsx";
import { BulkListPage } from "./bulk/bulk-list-page.tsx";
import { BulkPage } from "./bulk/bulk-page.tsx";
import { EventsPage } from "./events/events-page.tsx";
import { FailuresView } from "./failures/failures-view.tsx";
import { Frame } from "./frame/frame.tsx";
import { readSearch, writeSearch } from "./frame/url-state.ts";
import { FunctionPage } from "./functions/function-page.tsx";
import { FunctionsPage } from "./functions/functions-page.tsx";
import { OverviewView } from "./overview/overview-view.tsx";
import { RunPage } from "./run/run-page.tsx";
import { RunsView } from "./runs/runs-view.tsx";
import "./style/all.css";

const root = createRootRoute({ component: Frame });

const views: Readonly<Record<string, () => ReactNode>> = {
  "/": () => <Navigate to="/runs" replace />,
  "/overview": OverviewView,
  "/failures": FailuresView,
  "/runs": RunsView,
  "/runs/$runId": RunPage,
  "/events": EventsPage,
  "/events/$eventId": EventsPage,
  "/functions": FunctionsPage,
  "/functions/$slug": FunctionPage,
  "/apps": AppsPage,
  "/bulk": BulkListPage,
  "/bulk/$bulkId": BulkPage,
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
