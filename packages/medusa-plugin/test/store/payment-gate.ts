export const GATED_PROVIDER = "pp_gated_tests";

type Question = "authorize" | "capture" | "refund";

declare global {
  var webxkeyPaymentGate: ((question: Question) => Promise<void>) | undefined;
}

export interface PaymentGate extends Disposable {
  /** Resolves when the provider was asked. */
  readonly asked: Promise<void>;
  agree(): void;
  refuse(): void;
}

/** Holds the gated provider's answer to the next question of this kind until the test gives it. */
export function closeGate(question: Question): PaymentGate {
  const asked = deferred();
  const answer = deferred();
  globalThis.webxkeyPaymentGate = async (put) => {
    if (put !== question) return;
    asked.resolve();
    await answer.promise;
  };
  return {
    asked: asked.promise,
    agree: () => answer.resolve(),
    refuse: () => answer.reject(new Error("The provider declines.")),
    [Symbol.dispose]() {
      answer.resolve();
      globalThis.webxkeyPaymentGate = undefined;
    },
  };
}

function deferred() {
  let resolve = () => {};
  let reject = (_reason: Error) => {};
  const promise = new Promise<void>((give, refuse) => {
    resolve = give;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
