// Small repairs of the page around us; dl101_core/ui/repairs.py says which and why.
// use: repairs/history
const PICTURES = '[data-testid^="stBidiComponent"], [data-testid="stPlotlyChart"]';
const FORMULA = ".katex-display";
const SMALLEST = 0.72; // of the size of a formula
const SCROLLING = '.katex-display, [data-testid="stCode"] pre, div:has(> table)';
const NAMELESS = '[data-testid="stToast"]:not([aria-label])';
const SIZES = new ResizeObserver(soon);
let watched = false;
let timer = 0;

export default function () {
  oneStepPerPage();
  repair();
  if (!watched) {
    watched = true;
    const shown = ["aria-selected", "hidden", "class"]; // a tab opens without a new element
    new MutationObserver(soon).observe(
      document.body, { childList: true, subtree: true, attributeFilter: shown });
    addEventListener("beforeprint", noteWidths);
    document.fonts.addEventListener("loadingdone", soon); // a formula grows with its fonts
  }
}

// Repairs ask for the layout, so they wait until the frame in which the page changed is painted.
function soon() {
  timer ||= setTimeout(repair, 100);
}

function repair() {
  timer = 0;
  repairNavigation();
  for (const part of document.querySelectorAll(SCROLLING)) {
    repairScrolling(part);
    SIZES.observe(part); // a column may get narrower without a change of elements
  }
  for (const toast of document.querySelectorAll(NAMELESS)) {
    toast.removeAttribute("aria-labelledby"); // it names an element that is not there
    toast.setAttribute("aria-label", "Message");
  }
}

function repairNavigation() {
  const menu = document.querySelector('[data-testid="stSidebarNavItems"]:not([role])');
  if (!menu) return;
  menu.setAttribute("role", "group");
  for (const item of menu.querySelectorAll("li")) item.setAttribute("role", "none");
}

function repairScrolling(part) {
  if (part.matches(FORMULA)) fit(part);
  const scrolls = part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight;
  if (scrolls) part.tabIndex = 0;
  else part.removeAttribute("tabindex");
}

// A picture keeps on paper the layout that it has on the screen, made smaller (in style.css).
function noteWidths() {
  for (const part of document.querySelectorAll(PICTURES)) {
    part.style.setProperty("--dl101-width", Math.max(1, Math.ceil(part.getBoundingClientRect().width)));
  }
}

// A formula that is a little too wide for its column is written smaller; what is still too wide scrolls.
function fit(formula) {
  formula.style.fontSize = "";
  const share = formula.clientWidth / formula.scrollWidth;
  if (share < 1) formula.style.fontSize = `${Math.max(SMALLEST, Math.floor(98 * share) / 100)}em`;
}
