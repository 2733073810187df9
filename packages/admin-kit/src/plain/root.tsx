import { type ComponentProps, createContext, useCallback, useContext, useEffect, useState } from "react";
import type { Notice, UiKit } from "../ui-kit/ui-kit.ts";
import { STYLES } from "./styles.ts";

/** How long a notice stays. What it tells is also to be seen on the page, so nothing is lost with it. */
const NOTICE_MS = 8_000;

type Notify = (notice: Notice) => void;
const NotifyContext = createContext<Notify | null>(null);

export function useNotify(): Notify {
  const notify = useContext(NotifyContext);
  if (notify === null) throw new Error("useNotify works only inside the kit's Root.");
  return notify;
}

export function Root({ locale, direction, children }: ComponentProps<UiKit["Root"]>) {
  const [notices, setNotices] = useState<readonly (Notice & { id: number })[]>([]);
  const notify = useCallback<Notify>((notice) => {
    setNotices((before) => [...before, { ...notice, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const leave = useCallback((id: number) => {
    setNotices((before) => before.filter((notice) => notice.id !== id));
  }, []);
  return (
    <div className="wk-root" lang={locale} dir={direction}>
      <style>{STYLES}</style>
      <NotifyContext.Provider value={notify}>{children}</NotifyContext.Provider>
      <div className="wk-notices" role="status">
        {notices.map(({ id, tone, text }) => (
          <PassingNotice key={id} tone={tone} text={text} onLeave={() => leave(id)} />
        ))}
      </div>
    </div>
  );
}

function PassingNotice({ tone, text, onLeave }: Notice & { onLeave: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock starts once, when the notice appears.
  useEffect(() => {
    const timer = setTimeout(onLeave, NOTICE_MS);
    return () => clearTimeout(timer);
  }, []);
  return <div className={`wk-notice wk-${tone}`}>{text}</div>;
}
