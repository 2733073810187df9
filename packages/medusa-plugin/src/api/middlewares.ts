import { defineMiddlewares } from "@medusajs/framework/http";
import { META_WEBHOOK_PATH } from "../engine/index.ts";

/**
 * `bodyParser: false` where the engine reads the body itself: a webhook's signature is over its bytes, and one that is not
 * JSON but rightly signed is the engine's to keep, not Medusa's to answer 400.
 */
export default defineMiddlewares({
  routes: [
    { matcher: META_WEBHOOK_PATH, methods: ["POST"], bodyParser: false },
    { matcher: `${META_WEBHOOK_PATH}/*`, methods: ["POST"], bodyParser: false },
    { matcher: "/admin/webxkey/v1/*", bodyParser: false },
    // All but `access`: everybody may ask whom to ask.
    ...["v1", "intake", "team"].flatMap((part) => [
      {
        matcher: `/admin/webxkey/${part}*`,
        methods: ["GET" as const],
        policies: [{ resource: "webxkey", operation: "read" }],
      },
      {
        matcher: `/admin/webxkey/${part}*`,
        methods: ["POST" as const, "PUT" as const, "PATCH" as const, "DELETE" as const],
        policies: [{ resource: "webxkey", operation: "update" }],
      },
    ]),
  ],
});
