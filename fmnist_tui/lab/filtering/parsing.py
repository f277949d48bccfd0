"""Parse the text of a filter.

filter     = any [ "or" any ]…
any        = each [ ["and"] each ]…
each       = "not" each | "(" filter ")" | KEY OPERATOR VALUE | FLAG | WORD
"""

from fmnist_tui.lab.fields.registry import find_field, hint_for_key
from fmnist_tui.lab.filtering.conditions import (
    AllOf,
    AnyOf,
    Condition,
    FieldComparison,
    Mention,
    Not,
    UnsupportedOperator,
    accepting,
)
from fmnist_tui.lab.filtering.filter import Filter
from fmnist_tui.lab.filtering.tokens import FilterError, Token, tokens
from fmnist_tui.lab.parameters import ParameterError, shown

LONGEST = 1_000

DEEPEST = 50
"""Maximum nesting of parentheses."""


def parse_filter(text: str) -> Filter:
    if len(text) > LONGEST:
        raise FilterError(f"a filter of {len(text):,} characters is too long; {LONGEST:,} are enough", LONGEST)
    reader = _Reader(text)
    return Filter(text, reader.whole())


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = tuple(tokens(text))
        self._at = 0
        self._depth = 0
        self._end = len(text)

    def whole(self) -> Condition | None:
        if not self._tokens:
            return None
        condition = self._any()
        if token := self._next:
            raise FilterError("this ) closes nothing; remove it, or write a ( before it", token.start)
        return condition

    @property
    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _is(self, *said: str) -> bool:
        token = self._next
        return token is not None and token.kind in ("connective", "bracket") and token.text in said

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._is("or"):
            self._at += 1
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._each()]
        while self._next and not self._is("or", ")"):
            if self._is("and"):
                self._at += 1
            parts.append(self._each())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _each(self) -> Condition:
        negated = False
        while self._is("not"):
            self._at += 1
            negated = not negated
        condition = self._in_brackets() if self._is("(") else self._condition()
        return Not(condition) if negated else condition

    def _in_brackets(self) -> Condition:
        opening = self._tokens[self._at]
        if self._depth == DEEPEST:
            raise FilterError(f"more than {DEEPEST} parentheses are open; remove some", opening.start)
        self._at += 1
        self._depth += 1
        condition = self._any()
        if not self._is(")"):
            raise FilterError("this ( is not closed; write a ) after what it holds", opening.start)
        self._at += 1
        self._depth -= 1
        return condition

    def _condition(self) -> Condition:
        token = self._next
        if token is None or token.kind in ("connective", "bracket"):
            where = token.start if token else self._end
            before = self._tokens[self._at - 1].text if self._at else None
            after = f"after {before}" if before else f"before {token.text if token else ''}"
            raise FilterError(f"a condition is missing {after}; write one, such as acc>0.87", where)
        self._refuse_broken(token)
        if token.kind == "operator":
            raise FilterError(
                f"{token.text} compares nothing; write a key before it, such as acc{token.text}", token.start
            )
        self._at += 1
        following = self._next
        if following and following.kind == "operator":
            return self._comparison(token, following)
        field = find_field(token.text) if token.kind == "word" else None
        if field and field.kind == "flag":
            return FieldComparison(field, accepting(field, "=", "yes"))
        return Mention(token.text.casefold())

    def _comparison(self, name: Token, sign: Token) -> Condition:
        field = find_field(name.text)
        if field is None:
            raise FilterError(f"no key is called {shown(name.text)}; {hint_for_key(name.text)}", name.start)
        self._at += 1
        value = self._next
        if value:
            self._refuse_broken(value)
        if value is None or value.kind not in ("word", "quoted", "connective"):
            where = value.start if value else self._end
            raise FilterError(f"a value is missing after {field.key}{sign.text}", where)
        self._at += 1
        try:
            accepts = accepting(field, sign.text.lstrip("!"), value.text)
        except UnsupportedOperator as error:
            raise FilterError(str(error), sign.start) from None
        except ParameterError as error:
            raise FilterError(str(error), value.start) from None
        return FieldComparison(field, accepts, negated=sign.text.startswith("!"))

    @staticmethod
    def _refuse_broken(token: Token) -> None:
        if token.kind == "open":
            raise FilterError("this quotation has no end; close it", token.start)
        if token.kind == "stray":
            raise FilterError(f"{token.text} alone means nothing; write not, != or !~", token.start)
