#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the spelling of documents, comments and Python's strings of documentation.

Words come from an English dictionary (pyspellchecker), from words.txt beside this file, which holds
the words of the field, and from the names in the code: a comment may speak of what stands in code.
Code, links and quoted names are left out. With --list prints the unknown words with their number.
"""

import pathlib
import re
import subprocess
import sys

from spellchecker import SpellChecker

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORDS = pathlib.Path(__file__).with_name("words.txt")
COMMENTS = {
    ".java": re.compile(r"/\*.*?\*/|//[^\n]*", re.S),
    ".rs": re.compile(r"/\*.*?\*/|//[^\n]*", re.S),
    ".py": re.compile(r'"""(?:.*?)"""|#[^\n]*', re.S),
    ".md": re.compile(r".+", re.S),
    ".conf": re.compile(r"^#[^\n]*", re.M),
}
NOT_PROSE = re.compile(
    r"```.*?```|`[^`]*`|\{@(?:code|link|linkplain)[^}]*\}|<!--.*?-->|<pre>.*?</pre>"
    r"|https?://\S+|\]\([^)]*\)|<[^>]*>|@\w+ \w+|\"[^\"\n]*\"|'[^'\n]{2,}'|^    .*$|SPDX.*"
    r"|[\w./-]*[./_:=$#@\\-]\w[\w./:=-]*",
    re.S | re.M,
)
WORD = re.compile(r"(?<![\w·])[A-Za-z][a-z]{2,}(?:'[a-z]+)?(?![\w·])")


def files():
    names = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).split("\n")
    return [ROOT / name for name in names if pathlib.Path(name).suffix in COMMENTS]


def prose(file):
    text = file.read_text()
    for comment in COMMENTS[file.suffix].finditer(text):
        line = text.count("\n", 0, comment.start()) + 1
        body = NOT_PROSE.sub(lambda m: " " + "\n" * m[0].count("\n"), comment[0])
        for number, part in enumerate(body.split("\n")):
            for word in WORD.findall(part):
                yield line + number, re.sub(r"'s?$", "", word)


def names_in_code():
    names = set()
    for file in files():
        if file.suffix in (".java", ".rs"):
            code = COMMENTS[file.suffix].sub(" ", file.read_text())
            for name in set(re.findall(r"[A-Za-z_]\w+", code)):
                names.add(name.lower())
    return names


def main():
    known = SpellChecker(distance=1)
    own = {line.strip().lower() for line in WORDS.read_text().split("\n") if line and line[0] != "#"}
    names = names_in_code()
    unknown = {}
    for file in files():
        for line, word in prose(file):
            lower = word.lower()
            if lower not in own and lower not in names and known.unknown([lower]):
                unknown.setdefault(lower, []).append(f"{file.relative_to(ROOT)}:{line}")
    if "--list" in sys.argv:
        for word, places in sorted(unknown.items(), key=lambda item: -len(item[1])):
            print(len(places), word, places[0])
        return 0
    for word, places in sorted(unknown.items()):
        print(f"{places[0]}: '{word}' is not in the dictionary; correct it, or add it to {WORDS.relative_to(ROOT)}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
