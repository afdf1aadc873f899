// Asks the page's evaluator outside of a page. Standard input: {source, content, asks: [{state, widgets, volumes}]};
// standard output: for each ask what it answers, or the error it throws. What JSON cannot say is an error of its own.
// An ask {clock: [[name, argument…]…]} calls the functions of the page's clock.

import { readFileSync } from "node:fs";

const { source, content, asks } = JSON.parse(readFileSync(0, "utf-8"));
const { cubes, evaluation } = new Function(`"use strict"; ${source}; return { cubes, evaluation };`)();
const model = cubes.open(content);

function asked({ clock, state, widgets = Object.keys(content.widgets), volumes = [] }) {
  if (clock) return clock.map(([name, ...given]) => model.clock[name](...given));
  try {
    const selection = evaluation.select(model, state);
    const answers = widgets.map((id) => [id, evaluation.answer(model, id, selection)]);
    const counts = volumes.map((name) => [name, evaluation.volumes(model, name, selection)]);
    return {
      range: evaluation.range(model, selection),
      answers: Object.fromEntries(answers),
      volumes: Object.fromEntries(counts),
    };
  } catch (error) {
    return { error: error.name, message: error.name === "RangeError" ? error.message : error.stack };
  }
}

function sayable(key, value) {
  if (value === undefined || (typeof value === "number" && !Number.isFinite(value))) throw new Error(`${key}: ${value}`);
  return value;
}

process.stdout.write(JSON.stringify(asks.map(asked), sayable));
