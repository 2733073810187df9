import type { ReactNode } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import type { UiKit } from "../ui-kit/ui-kit.ts";

export interface Mounted {
  /** Renders anew in the same place. */
  show(element: ReactNode): void;
  unmount(): void;
}

/** Renders into the document, inside the kit's root. */
export function mount(kit: UiKit, element: ReactNode, locale = "en"): Mounted {
  const container = document.body.appendChild(document.createElement("div"));
  const root = createRoot(container);
  const show = (shown: ReactNode) =>
    flushSync(() =>
      root.render(
        <kit.Root locale={locale} direction={locale === "ar" ? "rtl" : "ltr"} closeLabel="Close">
          {shown}
        </kit.Root>,
      ),
    );
  show(element);
  return {
    show,
    unmount() {
      flushSync(() => root.unmount());
      container.remove();
    },
  };
}
