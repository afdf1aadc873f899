// ---- twins
// How each kind of chart is brought to other rows: `twins[kind](widget, answer)` gives what Python put into the page for
// the default rows. `widget.definition` is what was written of it; `answer` has rows, start and end.
//
//   empty        nothing to see: no value at all, or `remarks` say why there is no picture
//   variants     for each of the widget's live charts (phone and desk, or one) its panels, each
//                { data: {name: rows}, signals: {name: value}, padding: {left, right, top, bottom}, height }
//                where `height` is that of the whole panel, given only where it depends on the rows
//   narrowed     whether the rows need the first variant even where there is room for the second
//   legend       { entries: [{role, name, dimension, value, text?, share?}], valued?, labelled?, more? },
//                { low, high, roles }, or nothing
//   said         sentences of the summary
//   table        a function that makes { columns: [{title, numeric}], rows: [[text]], caption }
//   remarks      sentences under the chart

const twins = {};
