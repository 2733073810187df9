import { demoTemplates } from "./demo-templates.ts";

/** The account that a simulator starts with unless it is told otherwise. Every secret here is a public example. */
export const demoAccount = {
  app: { id: "555000111222333", name: "Lucky Shrub messaging", secret: "simulator_app_secret" },
  portfolio: { id: "506914307656634", name: "Lucky Shrub" },
  waba: { id: "102290129340398", name: "Lucky Shrub" },
  number: {
    id: "106540352242922",
    displayPhoneNumber: "+1 555 078 3881",
    verifiedName: "Lucky Shrub",
  },
  token: {
    value: "SIM_TOKEN_lucky_shrub",
    userId: "122104567890123",
    scopes: ["whatsapp_business_messaging", "whatsapp_business_management", "business_management"],
  },
  person: { phone: "+16505551234", name: "Sheena Nelson", userId: "US.13491208655302741918" },
  templates: demoTemplates,
} as const;
