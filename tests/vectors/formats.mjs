// Makes formats.json: what another implementation of CLDR, the ICU of Node.js, writes for the same requests.
// `node tests/vectors/formats.mjs > tests/vectors/formats.json`; look at what changed. Node.js 20 has CLDR 48 where
// Babel has 47: what CLDR itself changed is left out.

const LOCALES = ["en", "it", "de", "fr", "es", "ar", "hi", "ja"];
const OTHERS = ["en-IN", "pt-BR", "pl", "ru", "tr", "sv", "fa", "ar-EG", "bn", "zh", "he", "nl", "mr"];

const CHANGED = {
  thousands: ["it"], // 5.000 became 5K
  largeMoney: ["ar"], // with a mark of direction before it
  ranges: ["ja"], // 2025年6月1日～30日 became 2025/06/01～2025/06/30
};

const found = [];
const nbsp = (text) => text.replaceAll(" ", "\u00a0");

function add(locale, call, given, gives, currency = "EUR") {
  found.push({ locale, currency, call, given, gives });
}

// The digits that the page shows: three significant ones, fewer for whole numbers, all before the point.
function digits(value, most = 3) {
  if (Number.isInteger(value) || Math.abs(value) >= 10 ** (most - 1)) return { maximumFractionDigits: 0 };
  return { minimumSignificantDigits: most, maximumSignificantDigits: most };
}

function number(locale, value, options) {
  return new Intl.NumberFormat(locale, { useGrouping: "always", ...options }).format(value);
}

function numbers(locale) {
  for (const value of [0, 7, -7, 999, 1000, 123456, 1234567, 98765432101, -45678, 1234.5, 0.5, -0.4]) {
    const written = number(locale, value, { maximumFractionDigits: 0, signDisplay: "negative" });
    add(locale, "whole", [value], written);
  }
  for (const value of [0, 24.6812, 24, 0.00012345, -3.14159, 1234.5, 2.5, 99.95, 999.6, 12345, 999999, 1.005, 0.125]) {
    add(locale, "number", [value], number(locale, value, digits(Number(value.toPrecision(3)) >= 100 ? 100.5 : value)));
  }
  for (const [value, times100] of [[0.0948, 9.48], [1, 100], [0.5, 50], [0.07, 7], [0.000012, 0.0012], [12.345, 1234.5], [-0.0312, -3.12], [0.9999, 99.99]]) {
    const rounds = Math.abs(times100) >= 99.95 && !Number.isInteger(times100);
    add(locale, "percent", [value], number(locale, value, { style: "percent", ...digits(rounds ? 100.5 : times100) }));
  }
  for (const value of [1234567, 54.6e6, 546e6, 12345678, 1.5e9, 2.75e12, -3141592, 4_000_000, 999_950_000]) {
    add(locale, "compact", [value], compact(locale, value, {}));
  }
  for (const value of [5000, 5432, 12345, 123456, 11000]) {
    if (!CHANGED.thousands.includes(locale)) add(locale, "compact", [value], compact(locale, value, {}));
  }
}

// How many digits stay before the point is what ICU itself does without being told.
function compact(locale, value, options) {
  const bare = number(locale, value, { notation: "compact", numberingSystem: "latn", ...options, maximumFractionDigits: 0 });
  const before = (bare.match(/[0-9]/g) || []).length;
  const power = String(Math.abs(Math.round(value))).length - before;
  const scaled = Number((value / 10 ** power).toPrecision(15));
  return number(locale, value, { notation: "compact", ...options, ...digits(before > 2 ? 100.5 : scaled) });
}

function money(locale) {
  for (const currency of ["EUR", "USD", "JPY", "KWD", "NOK", "INR", "CHF"]) {
    for (const value of [1234.5, -3.5, 0, 99999.995, 12, 0.994]) {
      const tiny = value === 0.994 && currency === "JPY";
      const own = tiny ? { minimumSignificantDigits: 3, maximumSignificantDigits: 3 } : {};
      add(locale, "money", [value], number(locale, value, { style: "currency", currency, ...own }), currency);
    }
    for (const value of CHANGED.largeMoney.includes(locale) ? [] : [1234567, 5.5e9]) {
      add(locale, "money", [value], compact(locale, value, { style: "currency", currency }), currency);
    }
  }
}

function sizes(locale) {
  for (const [unit, value] of [["kilobyte", 2.04], ["megabyte", 12], ["gigabyte", 500], ["terabyte", 1.5]]) {
    const power = { kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9, terabyte: 1e12 }[unit];
    add(locale, "size", [value * power], nbsp(number(locale, value, { style: "unit", unit, ...digits(value) })));
  }
}

const DAY = { year: "numeric", month: "short", day: "numeric" };
const CLOCK = { hour: "numeric", minute: "2-digit", hourCycle: "h23" };

function dates(locale) {
  const write = (options, at) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(new Date(at));
  const range = (options, from, to) =>
    new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).formatRange(new Date(from), new Date(to));
  for (let month = 1; month <= 12; month += 1) {
    const day = `2025-${String(month).padStart(2, "0")}-${String(month * 2).padStart(2, "0")}`;
    add(locale, "bucket", [`${day}T00:00:00+02:00`, true], write({ ...DAY, weekday: "short" }, day));
  }
  const noon = "2025-11-09T13:05:08";
  add(locale, "time", [`${noon}+02:00`, true], write({ ...DAY, ...CLOCK, second: "2-digit" }, `${noon}Z`));
  if (CHANGED.ranges.includes(locale)) return;
  for (const [from, to] of [["2025-06-01", "2025-06-30"], ["2025-06-28", "2025-07-03"], ["2024-12-28", "2025-01-03"], ["2025-06-30", "2025-06-30"]]) {
    const after = new Date(Date.parse(to) + 86_400_000).toISOString().slice(0, 10);
    add(locale, "range", [`${from}T00:00:00+02:00`, `${after}T00:00:00+02:00`], range(DAY, from, to));
  }
  const [from, to] = ["2025-06-30T11:05", "2025-06-30T23:59"];
  add(locale, "range", [`${from}:00-03:00`, `${to}:30-03:00`], range({ ...DAY, ...CLOCK }, `${from}Z`, `${to}Z`));
}

function plurals(locale) {
  const rules = new Intl.PluralRules(locale);
  const whole = Array.from({ length: 130 }, (_, n) => n).concat([200, 211, 1000, 1001, 100000, 1000000, 2000000]);
  add(locale, "plural", [whole], whole.map((n) => rules.select(n)));
}

for (const locale of LOCALES) for (const all of [numbers, money, sizes, dates, plurals]) all(locale);
for (const locale of OTHERS) for (const some of [numbers, plurals]) some(locale);
for (const locale of ["cy", "lt", "sl", "cs", "ga", "uk", "lv", "mt", "br"]) plurals(locale);

console.log(`[\n${found.map((one) => JSON.stringify(one)).join(",\n")}\n]`);
