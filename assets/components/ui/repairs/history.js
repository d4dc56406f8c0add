// One step of Back for one page. Streamlit adds a step for every change of a control, so that Back
// undoes the settings of a page one by one. Here each step replaces the last one of its page.
import { say } from "../../shared/bus.js";

const NEARBY = 5_000; // ms; a phone draws a page slowly

export function oneStepPerPage() {
  if (history.oneStepPerPage) return;
  history.oneStepPerPage = true;
  const push = history.pushState.bind(history);
  const replace = history.replaceState.bind(history);
  history.replaceState = (state, title, url) => {
    replace(state, title, url);
    say("dl101-address", undefined);
  };
  let last = { before: "", search: "", when: -Infinity };
  history.pushState = (state, title, url) => {
    const to = new URL(url ?? "", location.href);
    if (to.pathname === location.pathname) {
      last = { before: location.href, search: to.search, when: performance.now() };
      history.replaceState(state, title, url);
      return;
    }
    // The settings of a page that opens may come before its path: the address that they replaced
    // belongs to the page before.
    const early = last.search === to.search && performance.now() - last.when < NEARBY;
    if (early) history.replaceState(state, title, last.before);
    push(state, title, url);
    say("dl101-address", undefined);
  };
}
