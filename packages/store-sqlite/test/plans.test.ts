// Every statement on a list or a hot path searches an index: none reads a whole table, and none sorts what it found.

import { afterAll, describe, expect, test } from "vitest";
import { bulkWalkSql } from "../src/database/bulk-lists.ts";
import { Connection } from "../src/database/connection.ts";
import {
  poisonsSql,
  runsCancelledBySql,
  runsInvokedBySql,
  runsOfEventSql,
  stepsResumedBySql,
  syncsSql,
} from "../src/database/details.ts";
import {
  effectCancelledSql,
  effectOutcomesSql,
  effectResumedSql,
  effectRunsSql,
} from "../src/database/event-effects.ts";
import {
  byKind,
  byName,
  countEventsSql,
  eventPlacesSql,
  eventWalkSql,
  namesUnderSql,
} from "../src/database/event-lists.ts";
import {
  expiredDedupesSql,
  neededEventSql,
  oldBulksSql,
  oldEventsSql,
  oldPoisonsSql,
  oldRunsSql,
  oldSyncsSql,
} from "../src/database/history.ts";
import { limitListSql } from "../src/database/limit-lists.ts";
import { dueJobsSql, scanEventsSql, waitProbeSql, waitShapesSql } from "../src/database/loads.ts";
import {
  countsByEndSql,
  countsByPairSql,
  countsOfGroupSql,
  delaysSql,
  failuresSql,
} from "../src/database/run-figures.ts";
import {
  byPair,
  byTime,
  countByEndSql,
  figuresSql,
  functionsOfAppSql,
  functionsWithStatusSql,
  queueFiguresSql,
  runPlacesSql,
  runWalkSql,
} from "../src/database/run-lists.ts";
import { openLibsql } from "../src/driver/libsql.ts";

const connection = new Connection({ path: ":memory:", open: openLibsql, role: "owner", busyTimeoutMs: 0 });
afterAll(() => connection.close());

function planOf(sql: string): readonly string[] {
  // Without values the planner sees what it sees when a statement is prepared.
  const values = Array.from(new Set(sql.match(/\?\d*/g)?.filter((mark) => mark !== "?") ?? []), () => null);
  const plain = sql.match(/\?(?!\d)/g)?.map(() => null) ?? [];
  return connection.all(`EXPLAIN QUERY PLAN ${sql}`, [...values, ...plain]).map((row) => String(row[3]));
}

const searches: readonly { what: string; sql: string; index: string }[] = [
  { what: "due jobs", sql: dueJobsSql, index: "jobs_by_time" },
  { what: "a wait's probe", sql: waitProbeSql, index: "event=? AND shape=? AND compared=?" },
  { what: "the shapes of waits", sql: waitShapesSql, index: "event=? AND shape>?" },
  {
    what: "events by name in order of receipt",
    sql: scanEventsSql,
    index: "events_by_name (name=? AND rowid>?)",
  },
  {
    what: "where a time begins",
    sql: scanEventsSql,
    index: "events_by_name_and_time (name=? AND received_at>?)",
  },
  { what: "steps of a run", sql: "SELECT * FROM steps WHERE run_id = ?", index: "run_id=?" },
  { what: "jobs of a run", sql: "SELECT * FROM jobs WHERE run_id = ?", index: "jobs_by_run" },
  { what: "waits of a run", sql: "SELECT * FROM waits WHERE run_id = ?", index: "waits_by_run" },
  { what: "runs by time", sql: runPlacesSql(byTime, "newest"), index: "runs_by_time" },
  { what: "runs by status and function", sql: runPlacesSql(byPair, "newest"), index: "runs_by_status" },
  {
    what: "runs by status and function, oldest first",
    sql: runPlacesSql(byPair, "oldest"),
    index: "runs_by_status",
  },
  {
    what: "runs by event",
    sql: runWalkSql("1", "event_name", "queued_at", "newest"),
    index: "runs_by_event_name",
  },
  { what: "runs by start", sql: runWalkSql("1", undefined, "started_at", "newest"), index: "runs_by_start" },
  {
    what: "runs by start and event",
    sql: runWalkSql("1", "event_name", "started_at", "newest"),
    index: "runs_by_start",
  },
  { what: "the depth of the queue", sql: queueFiguresSql, index: "COVERING INDEX jobs_by_time" },
  {
    what: "runs of a status by end",
    sql: runWalkSql("1", "status", "ended_at", "newest"),
    index: "runs_by_outcome",
  },
  { what: "how many runs ended", sql: countByEndSql, index: "COVERING INDEX runs_by_outcome" },
  { what: "runs by end", sql: runWalkSql("1", undefined, "ended_at", "oldest"), index: "runs_by_end" },
  {
    what: "runs by replay",
    sql: runWalkSql("1", "replay_id", "queued_at", "oldest"),
    index: "runs_by_replay",
  },
  { what: "bulk operations by time", sql: bulkWalkSql, index: "bulks_by_time" },
  { what: "limits under a prefix", sql: limitListSql, index: "PRIMARY KEY (key>? AND key<?)" },
  { what: "bulk operations that ended long ago", sql: oldBulksSql, index: "bulks_by_end" },
  { what: "functions of an app", sql: functionsOfAppSql, index: "functions_by_app" },
  { what: "functions with a status", sql: functionsWithStatusSql, index: "status=? AND function_id>?" },
  { what: "figures", sql: figuresSql, index: "COVERING INDEX runs_by_status" },
  { what: "events by kind", sql: eventPlacesSql(byKind), index: "events_by_time" },
  { what: "how many events", sql: countEventsSql, index: "COVERING INDEX events_by_time" },
  { what: "events by name", sql: eventPlacesSql(byName), index: "events_by_name_and_time" },
  { what: "events along the time", sql: eventWalkSql, index: "events_by_time" },
  { what: "names under a prefix", sql: namesUnderSql, index: "COVERING INDEX events_by_name" },
  { what: "runs that ended long ago", sql: oldRunsSql, index: "runs_by_end" },
  { what: "events received long ago", sql: oldEventsSql, index: "events_by_time" },
  { what: "whether an event is needed", sql: neededEventSql, index: "jobs_by_event" },
  { what: "delays by start", sql: delaysSql, index: "runs_by_start" },
  {
    what: "runs by failure group",
    sql: runWalkSql("1", "failure_group", "queued_at", "newest"),
    index: "runs_by_failure",
  },
  { what: "expired dedupe keys", sql: expiredDedupesSql, index: "dedupes_by_time" },
  { what: "syncs", sql: syncsSql(false), index: "syncs_by_time" },
  { what: "syncs of an app", sql: syncsSql(true), index: "syncs_by_app" },
  { what: "old syncs", sql: oldSyncsSql, index: "syncs_by_time" },
  { what: "old poisons", sql: oldPoisonsSql, index: "poisons_by_time" },
];

describe("query plans", () => {
  for (const { what, sql, index } of searches) {
    test(`${what} are a search, in order`, () => {
      const plan = planOf(sql);
      expect(plan.join("\n")).toContain(index);
      // A scan is allowed of a list of values, of constants and of what a recursion has found, not of a table.
      const scans = plan.filter((line) => /^SCAN (?!shapes|ids|names|found|CONSTANT|json_each)/.test(line));
      expect(scans).toEqual([]);
      expect(plan.filter((line) => line.includes("TEMP B-TREE"))).toEqual([]);
    });
  }

  test("counts over time search covering indexes", () => {
    expect(planOf(countsByPairSql).join("\n")).toContain(
      "SEARCH runs USING COVERING INDEX runs_by_status (status=? AND function_id=? AND queued_at>? AND queued_at<?)",
    );
    expect(planOf(countsByEndSql).join("\n")).toContain(
      "SEARCH runs USING COVERING INDEX runs_by_outcome (status=? AND ended_at>? AND ended_at<?)",
    );
  });

  test("the runs of a failure group are searched by it when they are counted", () => {
    expect(planOf(countsOfGroupSql("ended_at")).join("\n")).toContain("runs_by_failure (failure_group=?)");
  });

  test("failures are counted along the failed runs alone", () => {
    expect(planOf(failuresSql).join("\n")).toContain("runs USING INDEX runs_by_failure");
  });

  test("the runs of an event and of an invoking run are searched, then put in order", () => {
    expect(planOf(runsOfEventSql).join("\n")).toMatch(/SEARCH run_events .*event_id=\?.*SEARCH runs/s);
    expect(planOf(runsInvokedBySql).join("\n")).toContain("runs_by_invoker");
    expect(planOf(runsCancelledBySql).join("\n")).toContain("runs_by_canceller");
    expect(planOf(stepsResumedBySql).join("\n")).toContain("steps_by_event");
    for (const sql of [effectRunsSql, effectOutcomesSql, effectResumedSql, effectCancelledSql])
      expect(planOf(sql).filter((line) => /^SCAN (?!given)/.test(line))).toEqual([]);
  });

  test("poisons are read along their time", () => {
    expect(planOf(poisonsSql)).toEqual(["SCAN poisons USING INDEX poisons_by_time"]);
  });

  test("the removal of a wait searches its keys", () => {
    const sql = `DELETE FROM wait_keys WHERE event = 'e' AND wait_id = 'w' AND (shape, compared) IN (
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each('[]'))`;
    expect(planOf(sql).join("\n")).toContain("event=? AND shape=? AND compared=? AND wait_id=?");
  });
});
