// Small repairs of the page around us; dl101_core/ui/repairs.py says which and why.
const SCROLLING = '.katex-display, [data-testid="stCode"] pre, div:has(> table)';
let watched = false;
let frame = 0;

export default function ({ data }) {
  repair();
  if (!watched) {
    watched = true;
    new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
    addEventListener("resize", soon);
  }
  if (data.first_run && document.querySelector('[role="dialog"]') && !reloaded()) location.reload();
}

function soon() {
  frame ||= requestAnimationFrame(repair);
}

function repair() {
  frame = 0;
  repairNavigation();
  for (const part of document.querySelectorAll(SCROLLING)) repairScrolling(part);
}

function repairNavigation() {
  const menu = document.querySelector('[data-testid="stSidebarNavItems"]:not([role])');
  if (!menu) return;
  menu.setAttribute("role", "group");
  for (const item of menu.querySelectorAll("li")) item.setAttribute("role", "none");
}

function repairScrolling(part) {
  const scrolls = part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight;
  if (scrolls) part.tabIndex = 0;
  else part.removeAttribute("tabindex");
}

function reloaded() {
  const before = sessionStorage.getItem("dl101-reloaded");
  sessionStorage.setItem("dl101-reloaded", "yes");
  return before !== null;
}
