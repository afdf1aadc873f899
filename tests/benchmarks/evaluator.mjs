// Times the page's evaluator outside of a page. Standard input: {source, content, states}; standard output: milliseconds
// to open the content, and for each state, after a first round, those of choosing it and answering every widget.

import { readFileSync } from "node:fs";

const { source, content, states, rounds } = JSON.parse(readFileSync(0, "utf-8"));
const { cubes, evaluation } = new Function(`"use strict"; ${source}; return { cubes, evaluation };`)();
const spent = (work, begin = performance.now()) => (work(), performance.now() - begin);

let model;
const opening = spent(() => {
  model = cubes.open(content);
});

function evaluate(state) {
  const selection = evaluation.select(model, state);
  return Object.fromEntries(Object.keys(content.widgets).map((id) => [id, spent(() => evaluation.answer(model, id, selection))]));
}

const first = spent(() => evaluate(states[0]));
const times = [];
const widgets = {};
for (let round = 0; round < rounds; round += 1) {
  for (const state of states) {
    const begin = performance.now();
    const found = evaluate(state);
    times.push(performance.now() - begin);
    for (const [id, time] of Object.entries(found)) (widgets[id] ||= []).push(time);
  }
}
const counts = spent(() => content.filters.forEach((one) => model.filters.has(one.dimension) && evaluation.volumes(model, one.dimension, evaluation.select(model, states[0]))));
process.stdout.write(JSON.stringify({ opening, first, times, widgets, counts }));
