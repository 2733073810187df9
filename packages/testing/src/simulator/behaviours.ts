import { FAULT_BEHAVIOURS } from "./control/behaviours.ts";
import { GRAPH_BEHAVIOURS } from "./graph/behaviours.ts";
import { MESSAGE_BEHAVIOURS } from "./messages/behaviours.ts";
import { PEOPLE_BEHAVIOURS } from "./people/behaviours.ts";
import { TEMPLATE_BEHAVIOURS } from "./templates/behaviours.ts";
import { WEBHOOK_BEHAVIOURS } from "./webhooks/behaviours.ts";

/** All that the simulator does, each said beside the code that does it. */
export const BEHAVIOURS = {
  ...GRAPH_BEHAVIOURS,
  ...MESSAGE_BEHAVIOURS,
  ...TEMPLATE_BEHAVIOURS,
  ...WEBHOOK_BEHAVIOURS,
  ...PEOPLE_BEHAVIOURS,
  ...FAULT_BEHAVIOURS,
};

export type BehaviourId = keyof typeof BEHAVIOURS;

/** What Meta does and this simulator does not, so that nobody takes a green test for a proof of it. */
export const NOT_SIMULATED: string[] = [
  "Media: upload, download, expiry, size and type checks",
  "Editing, archiving and recategorising templates; automatic pauses by quality",
  "Messaging limits of the portfolio, call limits of the management API (use graph_error with 80007)",
  "Per-person marketing caps and the pause of marketing to the United States (use failed_status with 131049)",
  "Registration, two-step verification, business profile, blocked users, usernames of businesses",
  "Groups, calls, flows, payments, catalogues, coexistence with the WhatsApp Business app",
  "Messenger and Instagram",
];
