// Every scenario of the reference's part H with inngest v4.

import { testScenarios } from "../src/scenario.ts";

await testScenarios("inngest v4");
