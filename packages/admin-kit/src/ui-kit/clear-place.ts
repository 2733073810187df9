import { type RefObject, useLayoutEffect } from "react";

/** Elements that a notice must not cover. */
const CONTROLS = "a[href], button, input, select, textarea, summary, [role=switch], [role=button]";
const MARGIN_PX = 12;
const STEP_PX = 12;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The place for a box in a window that is nearest to where it is and covers none of the others; where there is none, it stays.
 */
export function clearPlace(
  box: Box,
  others: readonly Box[],
  view: { readonly width: number; readonly height: number },
): { readonly x: number; readonly y: number } {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const lefts = [box.left, MARGIN_PX, (view.width - width) / 2, view.width - width - MARGIN_PX];
  const tops = [box.top];
  for (let top = MARGIN_PX; top <= view.height - height - MARGIN_PX; top += STEP_PX) tops.push(top);
  const places = lefts
    .filter((left) => left >= 0)
    .flatMap((left) => tops.map((top) => ({ x: left - box.left, y: top - box.top })))
    .sort((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y));
  const isClear = ({ x, y }: { x: number; y: number }) =>
    others.every(
      (other) =>
        box.right + x <= other.left ||
        box.left + x >= other.right ||
        box.bottom + y <= other.top ||
        box.top + y >= other.bottom,
    );
  return places.find(isClear) ?? { x: 0, y: 0 };
}

/** Moves a frame off every control of the page, also while the page scrolls and changes beneath it. */
export function useClearPlace(frame: RefObject<HTMLElement | null>, isShown: boolean): void {
  useLayoutEffect(() => {
    const element = frame.current;
    if (!isShown || !element) return;
    const place = () => {
      element.style.translate = "none";
      const { x, y } = clearPlace(element.getBoundingClientRect(), visibleControls(element), {
        width: document.documentElement.clientWidth,
        height: window.innerHeight,
      });
      element.style.translate = `${x}px ${y}px`;
    };
    place();
    let asked = 0;
    const soon = () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(place);
    };
    const changes = new MutationObserver((records) => {
      // Its own move is no news.
      if (records.some(({ target }) => target !== element)) soon();
    });
    changes.observe(document.body, { childList: true, subtree: true, attributes: true });
    window.addEventListener("scroll", soon, { capture: true, passive: true });
    window.addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(asked);
      changes.disconnect();
      window.removeEventListener("scroll", soon, { capture: true });
      window.removeEventListener("resize", soon);
    };
  });
}

function visibleControls(frame: HTMLElement): Box[] {
  return Array.from(document.querySelectorAll(CONTROLS), (control) =>
    frame.contains(control) ? null : control.getBoundingClientRect(),
  ).filter((box) => box !== null && box.width > 0 && box.height > 0) as Box[];
}
