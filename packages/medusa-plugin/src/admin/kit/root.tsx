import { Toast } from "@medusajs/ui";
import type { Notice, Tone, UiKit } from "@webxkey/admin-kit";
import {
  type ComponentProps,
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";
import { SWITCH_STYLES } from "./controls.tsx";
import { TABLE_STYLES } from "./table.tsx";

/** How long a notice stays. What it tells is also to be seen on the page. */
const NOTICE_MS = 8_000;

const TOAST_VARIANTS = {
  neutral: "info",
  info: "info",
  success: "success",
  warning: "warning",
  danger: "error",
} as const satisfies Record<Tone, string>;

type Notify = (notice: Notice) => void;
const NotifyContext = createContext<Notify | null>(null);

export function useNotify(): Notify {
  const notify = useContext(NotifyContext);
  if (notify === null) throw new Error("useNotify works only inside the kit's Root.");
  return notify;
}

type Language = Pick<ComponentProps<UiKit["Root"]>, "locale" | "direction">;
const LanguageContext = createContext<Language | null>(null);

/** For what is drawn outside of Root, where the host's language and direction would hold. */
export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (language === null) throw new Error("useLanguage works only inside the kit's Root.");
  return language;
}

export function Root({ locale, direction, children }: ComponentProps<UiKit["Root"]>) {
  const [notices, setNotices] = useState<readonly (Notice & { id: number })[]>([]);
  const notify = useCallback<Notify>((notice) => {
    setNotices((before) => [...before, { ...notice, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const leave = useCallback((id: number) => {
    setNotices((before) => before.filter((notice) => notice.id !== id));
  }, []);
  const language = useMemo(() => ({ locale, direction }), [locale, direction]);
  return (
    <div lang={locale} dir={direction} className="text-ui-fg-base">
      <style>{TABLE_STYLES + SWITCH_STYLES}</style>
      <LanguageContext.Provider value={language}>
        <NotifyContext.Provider value={notify}>{children}</NotifyContext.Provider>
      </LanguageContext.Provider>
      <div role="status" className="fixed bottom-6 end-6 z-50 flex flex-col gap-y-3">
        {notices.map((notice) => (
          <PassingNotice key={notice.id} notice={notice} onLeave={() => leave(notice.id)} />
        ))}
      </div>
    </div>
  );
}

function PassingNotice({ notice, onLeave }: { notice: Notice & { id: number }; onLeave: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock starts once, when the notice appears.
  useEffect(() => {
    const timer = setTimeout(onLeave, NOTICE_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Toast id={notice.id} variant={TOAST_VARIANTS[notice.tone]} title={notice.text} dismissable={false} />
  );
}
