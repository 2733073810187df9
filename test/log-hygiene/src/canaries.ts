/**
 * Values that tests give to people and messages. Each is odd enough to occur nowhere else, so that finding one in
 * a log proves that a name, an address or a text was logged.
 *
 * Take these in tests wherever a customer's name, address, free text or secret is needed.
 */
export const canaries = {
  firstName: "Canaryfirst",
  lastName: "Canarylast",
  street: "Canary Wharfless Street 77",
  email: "canary.customer@example.com",
  /** Text that a customer writes or a shop sends. */
  messageText: "The canary sings about order 7351 at dawn",
  /** The number of an order, which is a template parameter and therefore message text. */
  orderCode: "CANARY-ORDER-7351",
  metaAppSecret: "canary0app0secret0for0tests0only",
  metaVerifyToken: "canary-verify-token-for-tests-only",
} as const;
