// What only a function's page reads: its limits by key, its latest runs, and the expression test.

import {
  type ExpressionTestRequest,
  type ExpressionTestView,
  expressionTestPath,
  type LimitView,
  limitsPath,
  type RunView,
  runsPath,
} from "@stepwell/protocol/rest";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { optional } from "../api/queries.ts";
import { change, RequestFailure, readList } from "../api/request.ts";

/** Null where the server does not count them. */
export const limitsQuery = (slug: string) =>
  queryOptions({
    queryKey: ["functions", slug, "limits"],
    queryFn: ({ signal }) => optional<readonly LimitView[]>(limitsPath(slug), signal),
  });

const latestRuns = 6;

export const latestRunsQuery = (slug: string) =>
  queryOptions({
    queryKey: ["functions", slug, "runs"],
    queryFn: ({ signal }) => readList<RunView>(runsPath({ functionId: [slug], limit: latestRuns }), signal),
  });

export interface ExpressionTest extends ExpressionTestView {
  /** How long it took, as the page saw it, in ms. */
  readonly tookMs: number;
}

/** Null where the server offers no test. */
export const expressionTestQuery = (request: ExpressionTestRequest) =>
  queryOptions({
    queryKey: ["expression-test", request],
    queryFn: async (): Promise<ExpressionTest | null> => {
      const began = performance.now();
      try {
        const view = await change<ExpressionTestView>("POST", expressionTestPath(), request);
        return { ...view, tookMs: performance.now() - began };
      } catch (cause) {
        if (cause instanceof RequestFailure && [404, 405, 501].includes(cause.status)) return null;
        throw cause;
      }
    },
    placeholderData: keepPreviousData,
    staleTime: 5000,
  });
