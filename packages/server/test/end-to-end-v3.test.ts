import { endToEnd, sdk3 } from "./end-to-end.ts";

endToEnd(sdk3);
