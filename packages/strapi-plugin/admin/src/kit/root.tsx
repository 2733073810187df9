import { Box, Typography } from "@strapi/design-system";
import type { Notice, UiKit } from "@webxkey/admin-kit";
import {
  type ComponentProps,
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from "react";
import { styled } from "styled-components";
import { TONE_COLORS } from "./tones.ts";

/** How long a notice stays. What it tells is also to be seen on the page. */
const NOTICE_MS = 8_000;

type Notify = (notice: Notice) => void;
const NotifyContext = createContext<Notify | null>(null);

/** Strapi's own notices bring a button with words of their own, so these are drawn here, where Strapi's stand. */
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

/** Light and dark are those of the theme that Strapi has put around all of its pages. */
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
    <Box lang={locale} dir={direction} color="neutral800" width="100%">
      <LanguageContext.Provider value={language}>
        <NotifyContext.Provider value={notify}>{children}</NotifyContext.Provider>
      </LanguageContext.Provider>
      <Notices role="status">
        {notices.map((notice) => (
          <PassingNotice key={notice.id} notice={notice} onLeave={() => leave(notice.id)} />
        ))}
      </Notices>
    </Box>
  );
}

const Notices = styled.div`
  position: fixed;
  inset-block-start: 4.6rem;
  inset-inline: 1.6rem;
  margin-inline: auto;
  max-inline-size: 50rem;
  display: grid;
  gap: ${({ theme }) => theme.spaces[2]};
  z-index: ${({ theme }) => theme.zIndices.notification};
  pointer-events: none;
`;

function PassingNotice({ notice, onLeave }: { notice: Notice & { id: number }; onLeave: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock starts once, when the notice appears.
  useEffect(() => {
    const timer = setTimeout(onLeave, NOTICE_MS);
    return () => clearTimeout(timer);
  }, []);
  const { background, border, text } = TONE_COLORS[notice.tone];
  return (
    <Box background={background} borderColor={border} hasRadius shadow="filterShadow" padding={4}>
      <Typography tag="p" textColor={text}>
        {notice.text}
      </Typography>
    </Box>
  );
}
