/**
 * jsdom knows `dialog` but not its modal half. This gives it the two things the HTML standard says of the focus, so that
 * the kit's contract can be checked without a browser; the browser's own dialog is driven in settings-page.test.ts.
 */
if (typeof HTMLDialogElement !== "undefined") {
  const openers = new WeakMap<HTMLDialogElement, Element | null>();
  HTMLDialogElement.prototype.showModal = function showModal() {
    openers.set(this, document.activeElement);
    this.open = true;
    this.querySelector<HTMLElement>("button, input")?.focus();
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
    const opener = openers.get(this);
    if (opener instanceof HTMLElement) opener.focus();
    openers.delete(this);
  };
}
