"""Random Table Schemas: every type, format, constraint and key."""

from typing import Any

from hypothesis import strategies as st

from tests.validate.random_cells import LIKELY, PATTERNS, SCREENED_PATTERNS, likely_of, taken

FORMATS = {
    "string": ["default"] * 6 + ["email", "uri", "uuid", "binary", "wkt"],
    "date": [
        *["default"] * 12,
        *("%d/%m/%Y", "%Y%m%d", "any", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%m/%Y", "%d/%m/%y", "%m/%d/%Y"),
    ],
    "datetime": ["default", "any", "%Y-%m-%dT%H:%M:%SZ", "%d/%m/%Y %H:%M"],
    "time": ["default", "any", "%H:%M:%S", "%Hh%M"],
    "geopoint": ["default", "array", "object"],
    "geojson": ["default", "topojson"],
}

BOUNDS = {
    "integer": [0, 1, 2, 100, -7, "3", 10**17],
    "number": [
        *(0, 1.5, 2, "-3.25", 100, 0.1, 1e9),
        *["0.10000000000000000001", "0.09999999999999999999"] * 6,  # no double is one of these
        "123456789012344.9",
    ],
    "date": ["2024-01-31", "2000-01-01", "2023-02-28"],
    "datetime": ["2024-05-01T10:00:00Z"],
    "time": ["10:00:00"],
    "year": [2000, 2024, "2023"],
    "yearmonth": ["2023-12"],
}

HASHED = ("any", "date", "integer", "string", "year")
SCREENED = [*["string"] * 4, *["number", "date"] * 2, "integer", "year", "yearmonth", "boolean", "any"]


def sometimes(draw: Any, one_in: int) -> bool:
    return draw(st.integers(0, one_in - 1)) == one_in - 1


@st.composite
def fields(draw: Any, name: str, kinds: tuple[str, ...] = tuple(LIKELY)) -> dict[str, Any]:
    """One field with some of the constraints of its type."""
    kind = draw(st.sampled_from([*kinds, *SCREENED]))
    described: dict[str, Any] = {"name": name, "type": kind}
    if kind in FORMATS:
        described["format"] = draw(st.sampled_from(FORMATS[kind]))
    described |= draw(options(kind))
    constraints = draw(constraints_of(described))
    if constraints and (taken({**described, "constraints": constraints}) or sometimes(draw, 4)):
        described["constraints"] = constraints
    if sometimes(draw, 8):
        described["missingValues"] = draw(st.sampled_from([[], ["-"], ["", "n/a"], ["0"], ["2024", "a"], [" "]]))
    return described


@st.composite
def constraints_of(draw: Any, field: dict[str, Any]) -> dict[str, Any]:
    """Some of those that the field's type has."""
    kind, constraints = field["type"], {}
    if sometimes(draw, 3):
        constraints["required"] = draw(st.booleans())
    if sometimes(draw, 4) and kind in HASHED:
        constraints["unique"] = True
    if kind in BOUNDS and sometimes(draw, 2) and field.get("format", "default") == "default":
        names = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
        for bound in draw(st.lists(st.sampled_from(names), max_size=2, unique=True)):
            constraints[bound] = draw(st.sampled_from(BOUNDS[kind]))
    if kind in ("string", "list", "array", "object") and sometimes(draw, 3):
        constraints[draw(st.sampled_from(["minLength", "maxLength"]))] = draw(st.integers(0, 4))
    if kind == "string" and not sometimes(draw, 3):
        constraints["pattern"] = draw(st.sampled_from(SCREENED_PATTERNS if sometimes(draw, 2) else list(PATTERNS)))
    if kind not in ("list", "geojson", "array", "object") and sometimes(draw, 5):
        constraints["enum"] = draw(st.lists(st.sampled_from(likely_of(field)), min_size=1, max_size=3))
    return constraints


def options(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """The properties that only some types have."""
    if kind == "number":
        marks, groups = st.sampled_from([",", ".", "5"]), st.sampled_from([" ", ",", ".", "1", "-"])
        flags = {"bareNumber": st.booleans(), "floatNumber": st.booleans()}
        optional = {"decimalChar": marks, "groupChar": groups, **flags}
        return st.just({}) | st.fixed_dictionaries({}, optional=optional)
    if kind == "integer":
        return st.one_of(st.just({}), st.just({"bareNumber": False}))
    if kind == "boolean":
        return st.sampled_from([{}, {"trueValues": ["oui", "1"], "falseValues": ["non"]}])
    if kind == "list":
        return st.sampled_from([{}, {"itemType": "integer"}, {"delimiter": ";"}])
    return st.just({})


@st.composite
def schemas(draw: Any, widths: tuple[int, int] = (1, 4), kinds: tuple[str, ...] = tuple(LIKELY)) -> dict[str, Any]:
    """Some fields, fewest and most, and sometimes keys and a way of matching."""
    names = [f"f{number}" for number in range(draw(st.integers(*widths)))]
    schema: dict[str, Any] = {"fields": [draw(fields(name, kinds)) for name in names]}
    hashed = [one["name"] for one in schema["fields"] if one["type"] in HASHED]
    keyed = names if sometimes(draw, 8) else hashed
    if keyed and sometimes(draw, 3):
        most = draw(st.sampled_from([1, 1, 3]))
        schema["primaryKey"] = draw(st.lists(st.sampled_from(keyed), min_size=1, max_size=most, unique=True))
        if len(schema["primaryKey"]) == 1 and sometimes(draw, 3):
            schema["primaryKey"] = schema["primaryKey"][0]
    if keyed and sometimes(draw, 5):
        schema["foreignKeys"] = draw(st.lists(foreign_keys(keyed), min_size=1, max_size=2))
    if sometimes(draw, 4):
        schema["missingValues"] = draw(st.sampled_from([[], ["", "-"], ["n/a"], ["", "None"], ["a", "1"]]))
    if sometimes(draw, 5):
        schema["fieldsMatch"] = draw(st.sampled_from(["exact", "equal", "subset", "superset", "partial"]))
    return schema


def keyed_names(schema: dict[str, Any]) -> set[str]:
    """The fields whose values must not come back."""
    primary = schema.get("primaryKey", [])
    unique = {one["name"] for one in schema["fields"] if one.get("constraints", {}).get("unique")}
    return unique | set([primary] if isinstance(primary, str) else primary)


@st.composite
def foreign_keys(draw: Any, names: list[str]) -> dict[str, Any]:
    """To one or two columns of the reference, or to the table itself, which is frictionless' to compare."""
    mine = draw(st.lists(st.sampled_from(names), min_size=1, max_size=draw(st.sampled_from([1, 2])), unique=True))
    if sometimes(draw, 12):
        theirs = draw(st.lists(st.sampled_from(names), min_size=len(mine), max_size=len(mine), unique=True))
        return {"fields": mine, "reference": {"resource": "", "fields": theirs}}
    theirs = draw(st.permutations(["code", "label"]))[: len(mine)]
    if len(mine) == 1 and sometimes(draw, 3):
        return {"fields": mine[0], "reference": {"resource": "reference", "fields": theirs[0]}}
    return {"fields": mine, "reference": {"resource": "reference", "fields": theirs}}


@st.composite
def references(draw: Any) -> bytes:
    """The table that foreign keys name."""
    known = ["", "é", *(text for kind in HASHED for text in LIKELY[kind])]
    codes = draw(st.lists(st.sampled_from(known), max_size=12))
    rows = "".join(f"{code},{draw(st.sampled_from(['x', 'a', '1', '']))}\n" for code in codes)
    return f"code,label\n{rows}".encode()
