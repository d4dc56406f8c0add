// A link to a page of the app. A plain click asks the server for the page, which comes without a
// reload; a click with another key or button is the browser's own.

/** @param {HTMLAnchorElement} link @param {string} url @param {(url: string) => void} open */
export function lead(link, url, open) {
  link.href = new URL(url, globalThis.dl101Base ?? document.baseURI).href;
  link.onclick = (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(url);
  };
}
