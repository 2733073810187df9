import { AbstractPaymentProvider, ModuleProvider, Modules } from "@medusajs/framework/utils";

/**
 * A payment provider that answers when the test says so, and as the test says: `openGate` of `payment-gate.ts` is in the same
 * process. A class because Medusa makes providers so.
 */
class GatedPayments extends AbstractPaymentProvider {
  static identifier = "gated";

  async initiatePayment() {
    return { id: "gated", data: {} };
  }
  async authorizePayment() {
    await globalThis.webxkeyPaymentGate?.("authorize");
    return { status: "authorized", data: {} };
  }
  async capturePayment() {
    await globalThis.webxkeyPaymentGate?.("capture");
    return { data: {} };
  }
  async refundPayment() {
    await globalThis.webxkeyPaymentGate?.("refund");
    return { data: {} };
  }
  async cancelPayment() {
    return { data: {} };
  }
  async deletePayment() {
    return { data: {} };
  }
  async getPaymentStatus() {
    return { status: "pending" };
  }
  async retrievePayment() {
    return { data: {} };
  }
  async updatePayment() {
    return { data: {} };
  }
  async getWebhookActionAndData() {
    return { action: "not_supported" };
  }
}

export default ModuleProvider(Modules.PAYMENT, { services: [GatedPayments] });
