#!/usr/bin/env node
// Kept in the repository so that npm can link it before the first build.
import "../dist/main.js";
