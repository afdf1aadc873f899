"""What a schema cannot say of one document: dates that exist, ranges that run forward, ids used once.

`VALUE_CHECKS` are the `format`s of the schemas; each is called with a value of the right form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from dashgen import cldr, messages, values
from dashgen.diagnostics import At, Diagnostic
from dashgen.model import Relative

FIRST_YEAR, LAST_YEAR = 1900, 2999
MOST_YEARS = 100
MOST_DECIMALS = 9

_MOST = {"min": 9999, "h": 9999, "d": 9999, "w": 52 * MOST_YEARS, "mo": 12 * MOST_YEARS, "y": MOST_YEARS}

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES: Final = frozenset(_CODES.split())
"""ISO 4217, without funds, metals and test codes."""


# ---- values -----------------------------------------------------------------------------------


def check_timezone(name: str, at: At) -> Iterator[Diagnostic]:
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        yield messages.unknown_timezone(at, name, available_timezones())


def check_currency(code: str, at: At) -> Iterator[Diagnostic]:
    if code not in CURRENCIES:
        yield messages.unknown_currency(at, code, CURRENCIES)


def check_locale(tag: str, at: At) -> Iterator[Diagnostic]:
    if not cldr.is_known(tag):
        yield messages.unknown_locale(at, tag, cldr.tags())


def check_moment(text: str, at: At) -> Iterator[Diagnostic]:
    if text in ("now", "latest"):
        return
    found = _moment(text)
    if found is None:
        yield messages.impossible_date(at, text)
    elif not FIRST_YEAR <= found.year <= LAST_YEAR:
        yield messages.distant_date(at, text, FIRST_YEAR, LAST_YEAR)


def check_forward(given: Mapping[str, Any], at: At) -> Iterator[Diagnostic]:
    """A range's `to` is not before its `from`."""
    start, end = (_moment(given.get(key)) for key in ("from", "to"))
    if start is None or end is None:
        return
    if isinstance(start, datetime) and isinstance(end, datetime) and start == end:
        yield messages.spans_nothing(at / "to", given["to"])
    elif _before(end, start):
        yield messages.backward_range(at / "to", given["from"], given["to"])


def check_relative(text: str, at: At) -> Iterator[Diagnostic]:
    found = values.time_range(text)
    if isinstance(found, Relative) and found.count > _MOST[found.unit]:
        yield messages.long_range(at, text, MOST_YEARS)


def check_bucket(text: str, at: At) -> Iterator[Diagnostic]:
    found = values.every(text)
    minutes = {"min": 1, "h": 60}.get(found.unit, 0) * found.count
    if minutes >= 24 * 60:
        yield messages.bad_bucket(at, text, "Write `day` or a number of days: `2d`.")
    elif 0 < minutes < 60 and 60 % minutes:
        yield messages.bad_bucket(at, text, "Use minutes that divide an hour (`5min`, `15min`) or hours (`2h`).")
    elif (found.unit == "y" and found.count > 1) or found.count > _MOST[found.unit]:
        yield messages.bad_bucket(at, text, "Write `year`, or a number of months: `24mo`.")


def check_quantity(text: str, at: At) -> Iterator[Diagnostic]:
    _, unit = values.split_quantity(text)
    if unit != "%" and unit not in values.DURATIONS:
        yield messages.unknown_unit(at, unit, ["%", *values.DURATIONS])


def check_accuracy(text: str, at: At) -> Iterator[Diagnostic]:
    if not 0.0005 <= values.quantity(text) <= 0.2:
        yield messages.out_of_range(at, text, "between 0.05% and 20%")


def check_price(number: float, at: At) -> Iterator[Diagnostic]:
    written = at.document.written(at.path) or ""
    exponent = Decimal(written).normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_DECIMALS:
        yield messages.too_many_decimals(at, written, MOST_DECIMALS)


VALUE_CHECKS: Final[Mapping[str, Callable[[Any, At], Iterator[Diagnostic]]]] = {
    "accuracy": check_accuracy,
    "bucket": check_bucket,
    "currency": check_currency,
    "forward": check_forward,
    "locale": check_locale,
    "moment": check_moment,
    "price": check_price,
    "quantity": check_quantity,
    "relative": check_relative,
    "timezone": check_timezone,
}


def _moment(text: Any) -> date | datetime | None:
    try:
        return values.moment(text)
    except (TypeError, ValueError):
        return None


def _before(end: date | datetime, start: date | datetime) -> bool:
    """Whether `end` is earlier for certain, whatever the time zone of a time without an offset."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return _day(end) < _day(start)
    if (start.tzinfo is None) == (end.tzinfo is None):
        return end < start
    return False


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


# ---- a whole dashboard ------------------------------------------------------------------------


def check_dashboard(at: At) -> Iterator[Diagnostic]:
    """Ids and filters that stand twice; parts whose form is wrong are passed over."""
    data = at.document.data
    if isinstance(data, dict):
        yield from _repeated(_ids(data.get("layout"), at / "layout"), messages.duplicate_id)
        yield from _repeated(_filters(data.get("filters"), at / "filters"), messages.duplicate_filter)
        yield from _time_filter(data.get("filters"), at / "filters")


def _repeated(named: Iterator[tuple[str, At]], message: Callable[[At, str, int], Diagnostic]) -> Iterator[Diagnostic]:
    first: dict[str, At] = {}
    for name, at in named:
        key = name.casefold()  # ids become file names, and some disks take `A` and `a` for the same
        if key in first:
            yield message(at, name, first[key].span.line)
        first.setdefault(key, at)


def _ids(layout: Any, at: At) -> Iterator[tuple[str, At]]:
    for index, entry in enumerate(layout if isinstance(layout, list) else []):
        if isinstance(entry, dict):
            if isinstance(entry.get("id"), str):
                yield entry["id"], at / index / "id"
            yield from _ids(entry.get("layout"), at / index / "layout")


def _filters(filters: Any, at: At) -> Iterator[tuple[str, At]]:
    for index, entry in enumerate(filters if isinstance(filters, list) else []):
        if isinstance(entry, str):
            yield entry, at / index
        elif isinstance(entry, dict) and isinstance(entry.get("dimension"), str):
            yield entry["dimension"], at / index / "dimension"


def _time_filter(filters: Any, at: At) -> Iterator[Diagnostic]:
    for index, entry in enumerate(filters if isinstance(filters, list) else []):
        if isinstance(entry, dict) and entry.get("dimension") == "time_range":
            yield from (
                messages.useless_filter_key((at / index / key).key(), key) for key in ("default", "top") if key in entry
            )
