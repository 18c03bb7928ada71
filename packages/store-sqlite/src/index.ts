// Stepwell on SQLite.

export { type SqliteOptions, sqlite, storeFile } from "./sqlite-store.ts";
