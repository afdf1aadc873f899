// The state in the address: `#v1&model=a&model=b&time_range=7d`, percent-encoded. A value that begins with a bare `!` is
// a word of ours and never a text of the data: `!missing` is a missing value, `!all` says that a default was cleared.

const fragment = (() => {
  const VERSION = 1;
  const MOST = 65_536;
  const LISTED = 3;
  const WORDS = new Map([["!missing", [null]], ["!all", []]]);

  // What an address asks for: name → values, null for a missing one; undefined for a place in the page.
  function read(hash) {
    const chosen = new Map();
    if (!hash || hash === "#") return { chosen, unread: [] };
    const found = /^#v(\d+)(?=&|$)/.exec(hash);
    if (!found) return undefined;
    if (Number(found[1]) !== VERSION) return { refused: "link-newer" };
    if (hash.length > MOST) return { refused: "link-long" };
    const unread = new Set();
    for (const part of hash.slice(found[0].length + 1).split("&").filter(Boolean)) {
      if (!take(part, chosen) && unread.size < LISTED) unread.add(part);
    }
    return { chosen, unread: [...unread] };
  }

  function take(part, chosen) {
    const at = part.indexOf("=");
    try {
      const name = decodeURIComponent(part.slice(0, at));
      const text = part.slice(at + 1);
      const values = WORDS.get(text) || (text.startsWith("!") ? undefined : [decodeURIComponent(text)]);
      if (at < 1 || !values) return false;
      if (!chosen.has(name)) chosen.set(name, new Set());
      for (const value of values) chosen.get(name).add(value);
      return true;
    } catch {
      return false;
    }
  }

  // Of pairs of a name and its values; nothing where there are none.
  function text(pairs) {
    const parts = pairs.flatMap(([name, values]) => {
      const written = values.length ? values.map((value) => (value === null ? "!missing" : encoded(value))) : ["!all"];
      return written.map((value) => `&${encoded(name)}=${value}`);
    });
    return parts.length ? `#v${VERSION}${parts.join("")}` : "";
  }

  function encoded(value) {
    const whole = String(value).replace(/\p{Surrogate}/gu, "\ufffd");
    return encodeURIComponent(whole).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  }

  // Browsers refuse an address that changes too often: past the first hundred in half a minute, only the last counts.
  let recent = 0;
  let late;

  function write(hash, isNew) {
    clearTimeout(late);
    if (recent >= 100) {
      late = setTimeout(() => write(hash, isNew), 1000);
      return;
    }
    const short = hash.length > MOST ? "" : hash;
    if (short === location.hash) return;
    recent += 1;
    setTimeout(() => (recent -= 1), 30_000);
    try {
      history[isNew ? "pushState" : "replaceState"](null, "", short || location.pathname + location.search);
    } catch {
      // A frame without an address of its own keeps its state to itself.
    }
  }

  return { read, text, write, fits: (hash) => hash.length <= MOST };
})();
