"""Which language a report is written in, where nobody says."""

import os
from collections.abc import Mapping

from fmnist_tui.lab.language.catalogue import LANGUAGES, Language


def locale_language(environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language of the locale, by the variables and in the order of gettext; English for any other."""
    locale = next((found for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (found := environment.get(name))), "C")
    named = locale.partition(".")[0]
    wanted = environment.get("LANGUAGE", "").split(":") if named not in ("C", "POSIX") else []
    for each in (*wanted, named):
        for language in LANGUAGES:
            if each.partition("_")[0].partition("@")[0] == language:
                return language
    return "en"
