// One step of Back for one page. Streamlit adds a step for every control that moves, so that Back
// takes the settings of a page back one by one; here they replace each other.
const NEARBY = 5_000; // ms; a phone draws a page slowly

function oneStepPerPage() {
  if (history.oneStepPerPage) return;
  history.oneStepPerPage = true;
  const push = history.pushState.bind(history);
  let last = { before: "", search: "", when: -Infinity };
  history.pushState = (state, title, url) => {
    const to = new URL(url ?? "", location.href);
    if (to.pathname === location.pathname) {
      last = { before: location.href, search: to.search, when: performance.now() };
      history.replaceState(state, title, url);
      return;
    }
    // The settings of a page that is being opened may come before its path: what they replaced
    // belongs to the page that is left.
    const early = last.search === to.search && performance.now() - last.when < NEARBY;
    if (early) history.replaceState(state, title, last.before);
    push(state, title, url);
  };
}
