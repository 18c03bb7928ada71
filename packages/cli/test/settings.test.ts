import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readConfigFile } from "../src/config-file.ts";
import { flagsOf, type Mode } from "../src/flags.ts";
import { firstGiven, fromEnvironment, type GivenFlags } from "../src/given.ts";
import { createProgram } from "../src/program.ts";
import { readSettings, type Settings } from "../src/settings.ts";

/** What a command line, an environment and a file come to. */
async function settings(
  line: string,
  environment: Readonly<Record<string, string>> = {},
  file?: GivenFlags,
): Promise<Settings> {
  let result: Settings | undefined;
  const program = createProgram("1.0.0", async (mode, given) => {
    const sources = [
      given,
      fromEnvironment(flagsOf(mode), environment),
      ...(file === undefined ? [] : [file]),
    ];
    result = readSettings(mode, firstGiven(...sources));
  });
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  await program.parseAsync(
    line.split(" ").filter((word) => word !== ""),
    { from: "user" },
  );
  if (result === undefined) throw new Error("The command did not run.");
  return result;
}

const keys = "--event-key k --signing-key abcd";

describe("G1 stepwell dev", () => {
  test("without flags: everything kept for a week, apps found and polled, no keys", async () => {
    expect(await settings("dev")).toEqual({
      mode: "dev",
      sdkUrls: [],
      host: "localhost",
      port: 8288,
      pollIntervalMs: 5000,
      openCallsMax: 100,
      dataDirectory: ".stepwell",
      retentionMs: 7 * 86_400_000,
      waitLookback: { kind: "causal" },
      forbiddenAddresses: [],
      eventBytesMax: 512 * 1024,
      requestBytesMax: 16 * 1024 * 1024,
      hasPage: true,
      allowsMcpWrites: false,
      logLevel: "info",
      isJsonLog: false,
      isDiscovering: true,
      isPolling: true,
      eventKeys: [],
      isInsecure: false,
    });
  });

  const cases: readonly (readonly [string, Partial<Settings>])[] = [
    ["-u http://a/x -u http://b/y", { sdkUrls: ["http://a/x", "http://b/y"] }],
    ["--sdk-url localhost:3000/api/inngest", { sdkUrls: ["http://localhost:3000/api/inngest"] }],
    ["--no-discovery --no-poll", { isDiscovering: false, isPolling: false }],
    ["--poll-interval 30", { pollIntervalMs: 30_000 }],
    ["--poll-interval 500ms", { pollIntervalMs: 500 }],
    ["--poll-interval 0", { pollIntervalMs: 0 }],
    ["--host 0.0.0.0 -p 9000", { host: "0.0.0.0", port: 9000 }],
    ["--retry-interval 2", { retryIntervalMs: 2000 }],
    ["--queue-workers 7 --tick 150", { openCallsMax: 7 }],
    ["--persist", { dataDirectory: ".stepwell" }],
    ["--data-dir /tmp/x", { dataDirectory: "/tmp/x" }],
    ["--sqlite-dir /tmp/y", { dataDirectory: "/tmp/y" }],
    ["--wait-lookback none", { waitLookback: { kind: "none" } }],
    ["--wait-lookback 10m", { waitLookback: { kind: "duration", lookbackMs: 600_000 } }],
    ["--retention 12h", { retentionMs: 43_200_000 }],
    ["--forbid-address 10.0.0.0/8 --forbid-address ::1", { forbiddenAddresses: ["10.0.0.0/8", "::1"] }],
    ["--event-size-max 3145728 --request-size-max 4096", { eventBytesMax: 3_145_728, requestBytesMax: 4096 }],
    ["--no-ui", { hasPage: false }],
    ["-l warn --json", { logLevel: "warn", isJsonLog: true }],
    ["--log-format json", { isJsonLog: true }],
    ["--log-level ERROR", { logLevel: "error" }],
    ["-v", { logLevel: "debug" }],
    ["--port 1 --port 2", { port: 2 }],
  ];
  test.each(cases)("%s", async (line, expected) => {
    expect(await settings(`dev ${line}`)).toMatchObject(expected);
  });

  test("nothing is kept on request, and history for ever on request", async () => {
    expect((await settings("dev --no-persist")).dataDirectory).toBeUndefined();
    expect((await settings("dev --retention forever")).retentionMs).toBeUndefined();
  });
});

describe("traces", () => {
  const base = { headers: {}, protocol: "http/protobuf" } as const;

  const cases: readonly (readonly [string, Settings["tracing"] | undefined])[] = [
    ["", undefined],
    ["--otlp-headers a=b --otlp-protocol http/json", undefined],
    ["--otlp-endpoint http://c:4318", { ...base, url: "http://c:4318/v1/traces" }],
    ["--otlp-endpoint http://c:4318/base/", { ...base, url: "http://c:4318/base/v1/traces" }],
    ["--otlp-endpoint http://c/v1/traces", { ...base, url: "http://c/v1/traces" }],
    ["--otlp-traces-endpoint http://c/own?x=1", { ...base, url: "http://c/own?x=1" }],
    [
      "--otlp-endpoint http://c --otlp-protocol http/json --otlp-headers Authorization=Bearer%20t,X-Tenant=a=b",
      {
        url: "http://c/v1/traces",
        protocol: "http/json",
        headers: { authorization: "Bearer t", "x-tenant": "a=b" },
      },
    ],
  ];
  test.each(cases)("dev %s", async (line, expected) => {
    expect((await settings(`dev ${line}`)).tracing).toEqual(expected);
  });

  test("OpenTelemetry's own variables count behind the flags, those of traces before those of all signals", async () => {
    const general = {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://all:4318",
      OTEL_EXPORTER_OTLP_HEADERS: "a=all",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    };
    expect((await settings("dev", general)).tracing).toEqual({
      url: "http://all:4318/v1/traces",
      headers: { a: "all" },
      protocol: "http/json",
    });
    const traces = {
      ...general,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://own/path",
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: "a=own",
    };
    expect((await settings("dev", traces)).tracing).toMatchObject({
      url: "http://own/path",
      headers: { a: "own" },
    });
    const flagged = await settings("dev --otlp-protocol http/protobuf", {
      ...general,
      STEPWELL_OTLP_ENDPOINT: "http://ours",
    });
    expect(flagged.tracing).toMatchObject({ url: "http://ours/v1/traces", protocol: "http/protobuf" });
    // Variables for the apps alone do not stop the server.
    expect((await settings("dev", { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" })).tracing).toBeUndefined();
  });

  test("what is wrong is told, secrets are not", async () => {
    await expect(settings("dev --otlp-endpoint collector:4318")).rejects.toThrow(
      /--otlp-endpoint.*http or https/,
    );
    await expect(settings("dev --otlp-endpoint http://c --otlp-protocol grpc")).rejects.toThrow(
      /not sent over gRPC/,
    );
    const wrong = settings("dev --otlp-endpoint http://c --otlp-headers hush");
    await expect(wrong).rejects.toThrow(/--otlp-headers must be name=value pairs/);
    await expect(wrong).rejects.not.toThrow(/hush/);
    await expect(settings("dev --log-format xml")).rejects.toThrow(/must be text or json/);
  });

  test("production logs JSON lines unless told otherwise", async () => {
    expect((await settings(`start ${keys}`)).isJsonLog).toBe(true);
    expect((await settings(`start ${keys} --log-format text`)).isJsonLog).toBe(false);
  });
});

describe("G2 stepwell start", () => {
  test("decisions row 11: it refuses to start without keys and says how to make them", async () => {
    await expect(settings("start")).rejects.toThrow(
      /needs --event-key and --signing-key.*openssl rand -hex 32.*--insecure/s,
    );
    await expect(settings("start --event-key k")).rejects.toThrow(/needs --signing-key\./);
    await expect(settings("start --signing-key abcd")).rejects.toThrow(/needs --event-key\./);
    expect(await settings("start --insecure")).toMatchObject({ isInsecure: true, eventKeys: [] });
  });

  test("keys, more than one for events, and the defaults of production", async () => {
    const result = await settings(
      "start --event-key a --event-key b --signing-key signkey-prod-00ff --signing-key-fallback 11ee",
    );
    expect(result).toMatchObject({
      eventKeys: ["a", "b"],
      signingKey: "signkey-prod-00ff",
      signingKeyFallback: "11ee",
      host: "0.0.0.0",
      pollIntervalMs: 0,
      retentionMs: 30 * 86_400_000,
      isDiscovering: false,
    });
  });

  test("a signing key that is not hexadecimal is refused without being repeated", async () => {
    for (const key of ["my-secret", "abc", "signkey-prod-xyz"]) {
      const refusal = await settings(`start --event-key k --signing-key ${key}`).catch(
        (error: Error) => error,
      );
      expect(refusal).toMatchObject({ message: expect.stringMatching(/^--signing-key must be hexadecimal/) });
      expect(String(refusal)).not.toContain(key);
    }
  });
});

describe("what is wrong is told in a sentence that names its source", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["dev --port abc", '--port is "abc", but must be a whole number from 0 to 65535.'],
    ["dev --port 70000", "from 0 to 65535"],
    ["dev --queue-workers 0", "--queue-workers"],
    ["dev --tick fast", "--tick"],
    ["dev --poll-interval soon", "must be seconds"],
    ["dev --retention long", "must be a duration"],
    ["dev --wait-lookback sometimes", "must be causal, none"],
    ["dev --log-level loud", "must be one of trace, debug, info, warn, error, silent"],
    ["dev -u ftp://x", "must be an http or https address"],
    ["dev --event-size-max 99999999", "--event-size-max"],
    ["dev --redis-uri redis://x", "--redis-uri is not needed"],
    [`start ${keys} --postgres-uri postgres://x`, "--postgres-uri is not offered yet"],
    ["dev --connect-gateway-port 8289", "--connect-gateway-port is not offered yet"],
  ];
  test.each(cases)("%s", async (line, sentence) => {
    await expect(settings(line)).rejects.toThrow(sentence);
  });

  test("unknown commands and flags get the nearest one", async () => {
    await expect(settings("dve")).rejects.toThrow(/unknown command 'dve'[\s\S]*Did you mean dev/);
    await expect(settings("dev --prot 1")).rejects.toThrow(
      /unknown option '--prot'[\s\S]*Did you mean --port/,
    );
    await expect(settings("dev --event-key k")).rejects.toThrow(/unknown option '--event-key'/);
  });
});

describe("decisions row 9: flags from the environment", () => {
  test("STEPWELL_ before INNGEST_, the command line before both", async () => {
    expect(await settings("dev", { STEPWELL_PORT: "1", INNGEST_PORT: "2" })).toMatchObject({ port: 1 });
    expect(await settings("dev", { INNGEST_PORT: "2" })).toMatchObject({ port: 2 });
    expect(await settings("dev --port 3", { STEPWELL_PORT: "1" })).toMatchObject({ port: 3 });
  });

  test("switches, negated ones and lists", async () => {
    expect(await settings("dev", { STEPWELL_NO_UI: "1" })).toMatchObject({ hasPage: false });
    expect(await settings("dev", { STEPWELL_UI: "false" })).toMatchObject({ hasPage: false });
    expect(await settings("dev", { INNGEST_NO_DISCOVERY: "true", INNGEST_NO_POLL: "0" })).toMatchObject({
      isDiscovering: false,
      isPolling: true,
    });
    expect(await settings("dev --ui", { STEPWELL_NO_UI: "1" })).toMatchObject({ hasPage: true });
    expect(await settings("dev", { STEPWELL_SDK_URL: "http://a/ http://b/" })).toMatchObject({
      sdkUrls: ["http://a/", "http://b/"],
    });
    expect(await settings("start", { INNGEST_EVENT_KEY: "a,b", INNGEST_SIGNING_KEY: "00ff" })).toMatchObject({
      eventKeys: ["a", "b"],
      signingKey: "00ff",
    });
    expect(await settings("start", { STEPWELL_INSECURE: "true" })).toMatchObject({ isInsecure: true });
  });

  test("another name of a flag counts as the flag, and empty variables do not", async () => {
    expect(await settings("dev", { INNGEST_SQLITE_DIR: "/tmp/z" })).toMatchObject({
      dataDirectory: "/tmp/z",
    });
    expect(await settings("dev --sqlite-dir /tmp/a", { STEPWELL_DATA_DIR: "/tmp/b" })).toMatchObject({
      dataDirectory: "/tmp/a",
    });
    expect(await settings("dev", { STEPWELL_PORT: " ", INNGEST_PORT: "" })).toMatchObject({ port: 8288 });
  });

  test("a wrong value names its variable", async () => {
    await expect(settings("dev", { INNGEST_PORT: "abc" })).rejects.toThrow(
      'INNGEST_PORT is "abc", but must be a whole number',
    );
    await expect(settings("dev", { INNGEST_REDIS_URI: "redis://x" })).rejects.toThrow(
      "INNGEST_REDIS_URI is not needed",
    );
    await expect(settings("dev", { STEPWELL_JSON: "maybe" })).rejects.toThrow("STEPWELL_JSON");
  });
});

describe("flags from a file", () => {
  const flags = (mode: Mode) => flagsOf(mode);

  function folder(files: Readonly<Record<string, string>>): string {
    const directory = mkdtempSync(join(tmpdir(), "stepwell-config-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    mkdirSync(join(directory, "deep", "er"), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return directory;
  }

  test("the nearest one upwards is read, keys in any spelling; line and environment come first", async () => {
    const directory = folder({
      "stepwell.json": JSON.stringify({
        urls: ["http://a/", "http://b/"],
        pollInterval: 30,
        no_ui: true,
        "log-level": "warn",
        persist: false,
        port: 1,
      }),
    });
    const file = readConfigFile(flags("dev"), join(directory, "deep", "er"), undefined);
    expect(file?.path).toBe(join(directory, "stepwell.json"));
    const result = await settings("dev --port 3", { STEPWELL_LOG_LEVEL: "error" }, file?.given);
    expect(result).toMatchObject({
      sdkUrls: ["http://a/", "http://b/"],
      pollIntervalMs: 30_000,
      hasPage: false,
      logLevel: "error",
      port: 3,
    });
    expect(result.dataDirectory).toBeUndefined();
  });

  test("inngest.json is read too, and a file may hold flags of the other command", async () => {
    const directory = folder({ "inngest.json": '{"sdk-url":"http://a/","event-key":["x"]}' });
    const file = readConfigFile(flags("dev"), directory, undefined);
    expect(await settings("dev", {}, file?.given)).toMatchObject({ sdkUrls: ["http://a/"] });
  });

  test("there may be none", () => {
    expect(readConfigFile(flags("dev"), folder({}), undefined)).toBeUndefined();
  });

  const wrong: readonly (readonly [string, string, string, string])[] = [
    ["another format", "inngest.yaml", "port: 1", "is not JSON. Write it as stepwell.json"],
    ["broken JSON", "stepwell.json", "{", "is not JSON"],
    ["no object", "stepwell.json", "[]", "must be a JSON object"],
    ["an unknown key", "stepwell.json", '{"prot":1}', 'sets "prot", which is no flag. Did you mean port?'],
    ["a value of another kind", "stepwell.json", '{"port":{}}', "neither text, number, true, false"],
  ];
  test.each(wrong)("refused: %s", (_, name, text, sentence) => {
    const directory = folder({ [name]: text });
    expect(() => readConfigFile(flags("dev"), directory, undefined)).toThrow(sentence);
    expect(() => readConfigFile(flags("dev"), directory, name)).toThrow(sentence);
  });

  test("a named file must exist", () => {
    expect(() => readConfigFile(flags("dev"), folder({}), "none.json")).toThrow(/none\.json cannot be read/);
  });

  test("a wrong value names the file", async () => {
    const directory = folder({ "stepwell.json": '{"port":"abc"}' });
    const file = readConfigFile(flags("dev"), directory, undefined);
    await expect(settings("dev", {}, file?.given)).rejects.toThrow(/stepwell\.json is "abc", but must be/);
  });
});

test("every flag that is shown in the help says what it does", () => {
  const program = createProgram("1.0.0", async () => {});
  for (const mode of ["dev", "start"] as const) {
    const help = program.commands.find((command) => command.name() === mode)?.helpInformation() ?? "";
    for (const flag of flagsOf(mode)) {
      expect(help.includes(`--${flag.isOn === true ? "no-" : ""}${flag.name}`)).toBe(flag.isHidden !== true);
    }
    expect(help).toContain("nothing is scanned here");
  }
});
