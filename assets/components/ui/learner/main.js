// Keeps the learner's key in a cookie; its purpose is in dl101_core/ui/learner.py.
const NAME = "dl101_learner";
const FORM = /^[A-Za-z0-9_-]{32}$/;
const SECONDS = 180 * 24 * 3600;

/** @param {Given<{ offer: string, known: string }>} given */
export default function ({ data, setStateValue }) {
  const kept = read();
  const key = kept || data.offer;
  if (!key) return;
  write(key); // renews the cookie of an old key
  const now = read();
  // The server gets only what it cannot know: no cookies here, or the key of another tab.
  const news = now ? (data.offer && now !== data.offer ? now : "") : "off";
  if (news && news !== data.known) setStateValue("news", news);
}

function read() {
  try {
    for (const pair of document.cookie.split("; ")) {
      const [name, value] = pair.split("=");
      if (name === NAME && FORM.test(value)) return value;
    }
  } catch { /* cookies are forbidden here */ }
  return "";
}

/** @param {string} key */
function write(key) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  try {
    document.cookie = `${NAME}=${key}; Path=/; Max-Age=${SECONDS}; SameSite=Strict${secure}`;
  } catch { /* the next read reports it */ }
}
