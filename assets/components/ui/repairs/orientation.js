// Where the visitor is: marks in Streamlit's menus. Streamlit itself marks the link of the page.
const CHAPTERS = '[data-testid="stTopNavSection"]';
const NAMES = Object.entries({ stExpandSidebarButton: "Menu", stSidebarCollapseButton: "Close the menu" });
let chapter = "";

/** @param {string} now the chapter of this page, as the menu has it; empty outside the chapters */
export function isIn(now) {
  chapter = now;
}

// Only what differs is written: a write is a change of the page, which is repaired once more.
export function orient() {
  for (const button of document.querySelectorAll(CHAPTERS)) {
    const current = chapter !== "" && button.textContent.trim() === chapter;
    if (current === button.hasAttribute("aria-current")) continue;
    if (current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  for (const [id, name] of NAMES) {
    const place = document.querySelector(`[data-testid="${id}"]`);
    const button = place?.matches("button") ? place : place?.querySelector("button");
    if (button && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
  }
}
