// The OpenAPI document is valid, and tells of what the server serves: of all of it, and of nothing else.

import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { openRoutes, routes } from "../src/routes/routes.ts";
import { type Loose, rig } from "./rig.ts";

const methods = ["get", "post", "put", "patch", "delete"];

async function document(): Promise<Loose> {
  const world = await rig({ version: "1.2.3" });
  const { status, body } = await world.request("/openapi.json");
  expect(status).toBe(200);
  return body;
}

function operationsOf(body: Loose): readonly { readonly place: string; readonly operation: Loose }[] {
  return Object.entries<Loose>(body.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method] !== undefined)
      .map((method) => ({ place: `${method} ${path}`, operation: item[method] })),
  );
}

/** Every object that is a reference, anywhere. */
function referencesIn(value: Loose): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = typeof value.$ref === "string" ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

describe("the OpenAPI document", () => {
  test("tells its version and that of the server", async () => {
    const body = await document();
    expect(body).toMatchObject({ openapi: "3.1.0", info: { title: "Stepwell", version: "1.2.3" } });
  });

  test("each operation has an id of its own, a summary, a known group and an answer", async () => {
    const body = await document();
    const operations = operationsOf(body);
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = body.tags.map(({ name }: Loose) => name);
    for (const { place, operation } of operations) {
      expect([place, operation.summary]).toEqual([place, expect.stringMatching(/^[A-Z].*[^.]$/)]);
      expect(tags).toContain(operation.tags[0]);
      const successes = Object.keys(operation.responses).filter((status) => status.startsWith("2"));
      expect([place, successes]).toEqual([place, [expect.any(String)]]);
    }
  });

  test("each part of a path is a parameter, and the reverse", async () => {
    for (const { place, operation } of operationsOf(await document())) {
      const inPath = [...place.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const told = (operation.parameters ?? [])
        .filter((parameter: Loose) => parameter.in === "path")
        .map(({ name }: Loose) => name);
      expect([place, told]).toEqual([place, inPath]);
    }
  });

  test("each reference leads to a schema, and each named schema is used", async () => {
    const body = await document();
    const known = Object.keys(body.components.schemas).map((id) => `#/components/schemas/${id}`);
    const used = new Set(referencesIn(body));
    expect([...used].filter((target) => !known.includes(target))).toEqual([]);
    expect(known.filter((target) => !used.has(target))).toEqual([]);
  });

  test("each schema is a valid JSON Schema", async () => {
    const body = await document();
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: "document", components: body.components });
    for (const id of Object.keys(body.components.schemas)) {
      expect(() => ajv.compile({ $ref: `document#/components/schemas/${id}` })).not.toThrow();
    }
    for (const { operation } of operationsOf(body)) {
      for (const parameter of operation.parameters ?? [])
        expect(ajv.validateSchema(parameter.schema)).toBe(true);
    }
  });

  test("every route of the server is in it, and everything in it is a route", async () => {
    const declared = [...routes, ...openRoutes].map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`,
    );
    const served = operationsOf(await document()).map(({ place }) => place);
    expect([...served].sort()).toEqual([...declared].sort());
    const world = await rig();
    const others = (await world.server.addresses())
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")}`)
      .filter((place) => !served.includes(place));
    // The reference has /v2 beside /api/v2, and an SDK without an event key asks /e/.
    const known = served.map((place) => place.replace(" /api/v2/", " /v2/"));
    expect(others.filter((place) => !known.includes(place))).toEqual(["post /e/"]);
  });

  test("an address that is known answers another method with 405 and the methods that it knows", async () => {
    const world = await rig();
    const rest = await world.request("/api/v2/runs", { method: "DELETE" });
    expect(rest).toMatchObject({
      status: 405,
      body: { errors: [{ code: "invalid_request", message: "/api/v2/runs knows no DELETE, only GET." }] },
    });
    expect(rest.headers.get("allow")).toBe("GET, HEAD");
    const v1 = await world.request("/v1/signals");
    expect(v1).toMatchObject({
      status: 405,
      body: { status: 405, error: "/v1/signals knows no GET, only POST." },
    });
  });

  test("a mistyped query parameter is refused with the nearest one", async () => {
    const world = await rig();
    expect((await world.request("/api/v2/runs?stauts=FAILED")).body.errors[0]).toEqual({
      code: "invalid_request",
      message: 'There is no query parameter "stauts". Did you mean "status"?',
    });
    expect((await world.request("/api/v2/health?x=1")).body.errors[0].message).toBe(
      'There is no query parameter "x". This address has none.',
    );
  });
});
