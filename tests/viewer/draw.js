// Charts, one file name per line on standard input, are compiled and drawn without a browser. Told back, as JSON per
// line: every warning and error, and how many marks there are.
import { readFileSync } from "node:fs";
import * as vega from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";

function listening(said) {
  const say = (...words) => said.push(words.map(String).join(" "));
  const logger = { level: () => logger, error: (...w) => (say(...w), logger), warn: (...w) => (say(...w), logger), info: () => logger, debug: () => logger };
  return logger;
}

async function drawn(file) {
  const said = [];
  const logger = listening(said);
  const { spec } = compile(JSON.parse(readFileSync(file, "utf8")), { logger });
  const view = new vega.View(vega.parse(spec, null, { ast: true }), { expr: expressionInterpreter, renderer: "none", logger });
  const svg = await view.toSVG();
  return { file, said, marks: (svg.match(/<(path|line|text)/g) || []).length, broken: /NaN|undefined/.test(svg) };
}

for (const file of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  try {
    console.log(JSON.stringify(await drawn(file)));
  } catch (error) {
    console.log(JSON.stringify({ file, said: [String(error)], marks: 0, broken: true }));
  }
}
