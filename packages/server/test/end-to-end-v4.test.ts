import { endToEnd, sdk4 } from "./end-to-end.ts";

endToEnd(sdk4);
