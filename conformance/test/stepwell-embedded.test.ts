// Every scenario of the reference's part H with stepwell embedded.

import { testScenarios } from "../src/scenario.ts";

await testScenarios("stepwell embedded");
