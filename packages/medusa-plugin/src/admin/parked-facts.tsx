import { useEffect, useState } from "react";
import { medusaUiKit } from "./kit/index.ts";
import { adminFetch } from "./webxkey.tsx";

const { Alert, Button } = medusaUiKit;

interface Waiting {
  readonly waiting: readonly { readonly parked_at: string | null }[];
}

/** Says so when something that happened in the store could not be taken over, and offers to try again. */
export function ParkedFacts() {
  const [parked, setParked] = useState(0);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const leaving = new AbortController();
    // Nothing is shown where it cannot be read: without the right to, or while the engine is away, the page says so itself.
    countParked(leaving.signal).then(setParked, () => undefined);
    return () => leaving.abort();
  }, []);

  async function retry() {
    setBusy(true);
    await adminFetch("/intake/retry", { method: "POST" });
    setParked(await countParked());
    setBusy(false);
  }

  if (parked === 0) return null;
  return (
    <Alert
      tone="warning"
      title={
        parked === 1 ? "One event of the store was given up" : `${parked} events of the store were given up`
      }
      actions={
        <Button busy={busy} onSelect={() => void retry().catch(() => setBusy(false))}>
          Try again
        </Button>
      }
    >
      They were tried for about twenty minutes. The store's log names what stood in the way.
    </Alert>
  );
}

async function countParked(signal?: AbortSignal): Promise<number> {
  const response = await adminFetch("/intake", signal ? { signal } : {});
  const { waiting } = (await response.json()) as Waiting;
  return waiting.filter(({ parked_at }) => parked_at !== null).length;
}
