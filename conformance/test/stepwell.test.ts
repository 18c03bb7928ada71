// Every scenario of the reference's part H with stepwell.

import { testScenarios } from "../src/scenario.ts";

await testScenarios("stepwell");
