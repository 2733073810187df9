/**
 * For a dialog, called when it opens: what to call when it is gone. The focus goes back to where it was. If that is gone too, as
 * the row of a message that was decided about, it goes to the section around it that is left, else to the title of the page.
 */
export function rememberFocus(): () => void {
  const places: HTMLElement[] = [];
  for (let place = document.activeElement; place instanceof HTMLElement; place = place.parentElement)
    places.push(place);
  return () => {
    for (const place of places.filter(({ isConnected }) => isConnected)) {
      // Whatever cannot have the focus leaves it where it is.
      place.focus();
      if (document.activeElement === place) return;
      const title = place.querySelector<HTMLElement>("h1[tabindex]");
      if (title) return title.focus();
    }
  };
}
