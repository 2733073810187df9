import type { SentMessage } from "../../meta/index.ts";
import type { Identities } from "../facts.ts";
import { identitiesOf, isSomebody } from "./webhook-schemas.ts";

/** Reads whom Meta says that it sent a message to. */
export function recipientsOf({ recipient }: SentMessage): Identities[] {
  return recipient
    .map(({ waId, userId, parentUserId }) =>
      identitiesOf(waId?.reveal(), userId?.reveal(), parentUserId?.reveal()),
    )
    .filter(isSomebody);
}
