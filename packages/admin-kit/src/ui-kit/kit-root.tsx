import {
  type ComponentProps,
  type ComponentType,
  type Context,
  createContext,
  type PropsWithChildren,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useClearPlace } from "./clear-place.ts";
import type { Notice, NoticeProps, UiKit } from "./ui-kit.ts";

/** How long a notice stays. What it tells is also to be seen on the page, so nothing is lost with it. */
const NOTICE_MS = 8_000;

type Notify = (notice: Notice) => void;
const NotifyContext = createContext<Notify | null>(null);

/** The `useNotify` of a kit whose Root draws a {@link KitRoot}. */
export function useNotify(): Notify {
  return useInside(NotifyContext, "useNotify");
}

type Language = Pick<ComponentProps<UiKit["Root"]>, "locale" | "direction">;
const LanguageContext = createContext<Language | null>(null);

/** For what a kit draws outside of its Root, where the host's language and direction would hold. */
export function useLanguage(): Language {
  return useInside(LanguageContext, "useLanguage");
}

function useInside<T>(context: Context<T | null>, hook: string): T {
  const value = useContext(context);
  if (value === null) throw new Error(`${hook} works only inside the kit's Root.`);
  return value;
}

export interface KitRootProps extends ComponentProps<UiKit["Root"]> {
  /** Where notices stand as long as no control is beneath them: always there, so that a screen reader announces what comes into it. */
  readonly Notices: ComponentType<PropsWithChildren>;
  readonly Notice: ComponentType<NoticeProps>;
}

/** What the Root of every kit does inside the frame that it draws: its language for all below, and its notices, which pass. */
export function KitRoot({ locale, direction, closeLabel, Notices, Notice, children }: KitRootProps) {
  const [notices, setNotices] = useState<readonly (Notice & { id: number })[]>([]);
  const notify = useCallback<Notify>((notice) => {
    setNotices((before) => [...before, { ...notice, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const leave = useCallback((id: number) => {
    setNotices((before) => before.filter((notice) => notice.id !== id));
  }, []);
  const stack = useRef<HTMLDivElement>(null);
  useClearPlace(stack, notices.length > 0);
  const language = useMemo(() => ({ locale, direction }), [locale, direction]);
  return (
    <>
      <LanguageContext.Provider value={language}>
        <NotifyContext.Provider value={notify}>{children}</NotifyContext.Provider>
      </LanguageContext.Provider>
      <Notices>
        <div ref={stack} style={STACK_STYLE}>
          {notices.map(({ id, tone, text }) => (
            <Passing key={id} onLeave={() => leave(id)}>
              <Notice tone={tone} text={text} closeLabel={closeLabel} onClose={() => leave(id)} />
            </Passing>
          ))}
        </div>
      </Notices>
    </>
  );
}

const STACK_STYLE = {
  display: "grid",
  gap: "0.5rem",
  inlineSize: "fit-content",
  maxInlineSize: "100%",
} as const;

function Passing({ onLeave, children }: PropsWithChildren<{ onLeave: () => void }>) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock starts once, when the notice appears.
  useEffect(() => {
    const timer = setTimeout(onLeave, NOTICE_MS);
    return () => clearTimeout(timer);
  }, []);
  return children;
}
