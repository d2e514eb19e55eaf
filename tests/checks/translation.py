"""translation.py FILE.po: what a translation has to leave as it is: options, paths, manual pages, variables, places for
values (@source), line ends at both ends. And what a language with letters of its own has to have: one of them."""
import re
import sys

KEPT = re.compile(r"""(?<![\w-])--[a-z][a-z-]+      # an option
                   | @[a-z]+                        # a place for a value: show/why.c
                   | (?<![\w.>])/(?:etc|proc|sys|dev|run|var|usr)/[\w./*-]*\w   # a path
                   | \b[a-z_.0-9-]+\([1-8]\)        # a manual page
                   | \b(?:CAP|CONFIG|CVE|RLIMIT|SIG|TARU)[_-][A-Z0-9_-]+
                   | \b(?:net|kernel|user|fs|process|linux|root)\.[a-zA-Z_.0-9]+[a-zA-Z_0-9]""", re.X)
DIRECTIVE = re.compile(r"%(?:(\d+)\$)?[-+ #0']*(?:\*|\d+)?(?:\.(?:\*|\d+))?((?:hh|h|ll|l|z|j|t|L)?[diouxXcsp])")
LETTERS = {"ja": re.compile("[\u3000-\u30ff\u4e00-\u9fff]")}


def entries(path):
    """(sentence, translation) for each entry; wrapped lines are joined, escapes are left."""
    entry, field = {}, None
    for line in open(path, encoding="utf-8").read().split("\n") + [""]:
        start = re.match(r'(msgid|msgstr) "(.*)"$', line)
        more = re.match(r'"(.*)"$', line)
        if start:
            field = start.group(1)
            entry[field] = start.group(2)
        elif more and field:
            entry[field] += more.group(1)
        elif not line.strip():
            if entry.get("msgid"):
                yield entry["msgid"], entry["msgstr"]
            entry, field = {}, None


def arguments(text):
    """What printf(3) would take; None where a '%' is no directive: such a text is told in English (translate_format.c)."""
    text = text.replace("%%", "")
    found = DIRECTIVE.findall(text)
    if len(found) != text.count("%"):
        return None
    return [kind for _, kind in sorted((int(place or index), kind) for index, (place, kind) in enumerate(found, 1))]


def complaints(language, sentence, translation):
    if arguments(sentence) is None or arguments(sentence) != arguments(translation):
        yield "takes other arguments, or has a '%' that is no directive"
    kept, there = sorted(set(KEPT.findall(sentence))), set(KEPT.findall(translation))
    for word in kept:
        if word not in there:
            yield f"lacks '{word}'"
    if sentence.endswith("\\n") != translation.endswith("\\n"):
        yield "ends a line, or does not, as the sentence"
    if sentence.startswith("  ") and not translation.startswith("  "):
        yield "is not indented"
    prose = re.sub(r"%[-+ #0-9.*$]*(?:ll|[hlzj])?[a-z]", "", sentence)
    words = [word for word in re.findall(r"[A-Za-z]{2,}", KEPT.sub("", prose)) if word.islower()]
    if len(words) > 4 and language in LETTERS and not LETTERS[language].search(translation):
        yield "is not translated"


def main():
    path, failed = sys.argv[1], False
    language = re.match(r"(?:.*/)?([a-z]+)", path.rsplit("/", 1)[-1]).group(1)
    for sentence, translation in entries(path):
        for complaint in complaints(language, sentence, translation):
            print(f"{path}: {translation!r} {complaint} (of {sentence!r})")
            failed = True
    sys.exit(failed)


main()
