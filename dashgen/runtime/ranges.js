// The ranges of time to choose from: those that the dashboard offers, and from one day to another.

function fillRanges(panel, filter) {
  const { ranges, custom, zone } = control.content();
  const list = withRole(element("div", "options"), "radiogroup", filter.title);
  const inputs = ranges.map(({ key, start, end }, n) => {
    const dates = writer.range(...[start, end].map(clockAt));
    const title = page.bar.ranges[n];
    const made = option("radio", title || dates, title ? dates : "", () => filterMenu.choose(filter, key));
    made.firstChild.name = "range";
    list.append(made);
    return [made.firstChild, key];
  });
  panel.append(list);
  const sync = control.canBrush() ? fillDays() : () => {};
  return () => {
    for (const [input, key] of inputs) input.checked = control.time() === key;
    sync();
  };

  function fillDays() {
    const group = element("fieldset");
    const note = withRole(element("p", "note"), "status");
    const last = custom.reduce((sum, step) => sum + step);
    const ends = [custom[0], last].map(clockAt);
    const days = [custom[0], last - 1].map((at) => clockAt(at).slice(0, 10));
    const [from, to] = ["from-day", "to-day"].map((word) => {
      const label = element("label", "", writer.words(word));
      const field = element("input");
      Object.assign(field, { type: "date", min: days[0], max: days[1], required: true });
      field.addEventListener("change", set);
      label.append(field);
      return field;
    });
    group.append(element("legend", "", writer.words("own-range")), from.parentElement, to.parentElement);
    panel.append(group, note);

    function set() {
      if (isTyping(from) || isTyping(to) || to.value < days[0] || from.value > days[1]) say("range-outside", ends);
      else if (from.value > to.value) say("range-backwards", ends);
      else filterMenu.choose(filter, { from: from.value, to: to.value });
    }

    // The first digits of a year are one of long ago.
    function isTyping({ value }) {
      return value < "1000";
    }

    function say(name, [start, end]) {
      note.textContent = name && writer.words(name, { range: writer.range(start, end) });
    }

    return () => {
      const { start, end } = control.range();
      const time = control.time();
      const shown = [start.slice(0, 10), lastDay(end)];
      const asked = time.from?.length === 10 ? [time.from, time.to ?? shown[1]] : shown;
      [from.value, to.value] = asked;
      say(shown[0] < asked[0] || shown[1] > asked[1] ? "range-widened" : "", [start, end]);
    };
  }

  // What a clock of the dashboard's zone shows.
  function clockAt(instant) {
    const [, offset] = zone.offsets.findLast(([at]) => at <= instant) || zone.offsets[0];
    return new Date((instant + offset) / 1000).toISOString();
  }
}

// The last day that a range reaches, by the clock that its end is written in.
function lastDay(end) {
  const isWhole = !/\.\d/.test(end);
  return new Date(Date.parse(`${end.slice(0, 19)}Z`) - isWhole).toISOString().slice(0, 10);
}
