#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""check-lengths.py [FOLDER...]: what a file says about itself is never added up where a bound is.

`offset + size > room` can wrap, and then the bound is none: parsers subtract, or ask lib/base/span.h.
Found in FOLDERS, in functions:

  * an operand of < > <= >= with a sum in it, unless all of the sum are constants;
  * a variable that is such an operand and that was made by a sum of two that are none (`end = at + size`).

Inside [] and among a call's words a sum is no bound. Counting up (`+=`, pointers that walk over what is there)
is not looked at. SAFE has the sums that cannot wrap, each with why, and with the line of the same function, before
the sum, that makes it so: a row whose sum or whose line is gone is a finding, too.
"""
import pathlib
import re
import sys

# Where bytes are read that somebody else has made.
FOLDERS = ("common/boot", "common/image", "common/fdt", "common/source", "fs", "net", "lib/env", "lib/extlinux", "lib/gdb",
           "lib/pack", "lib/serload", "drivers/block", "drivers/flash", "drivers/fwcfg", "drivers/mmc", "drivers/net",
           "drivers/pci", "drivers/virtio")

# (file, function, sum, the line that bounds it, why)
SAFE = (
    ("common/image/entry_code.c", "read_code", "off = s->offset + (va - s->vaddr)",
     "size <= t->filesz - (va - t->vaddr)", "inside the segment's bytes, which are inside the file: elf.c"),
    ("common/image/fit.c", "data_outside", "*at = number_at + ALIGN_UP((uint64_t)fdt_totalsize(fit->tree), 4)",
     "uint32_t number_at;", "two of 32 bits, in 64"),
    ("drivers/flash/cfi_query.c", "longest_ms", "power = typical + more",
     "(uint8_t typical, uint8_t more,", "two bytes, in an int"),
    ("drivers/pci/pci.c", "take", "host->next = at + size",
     "size > host->size - used", "inside the window, whose end is a number: find_window()"),
    ("fs/exfat.c", "exfat_mount", ".shift = sector + b[109]",
     "sector < 9 || sector > 12 || b[109] > 25 - sector", "25 at most"),
    ("fs/fat.c", "fat_mount", ".shift = log2_of(sector) + log2_of(b[13])",
     "sector = get_le16(b + 11);", "16 and 8 at most"),
    ("lib/pack/zstd_sequences.c", "execute", "literals + WIDE",
     "if (literals > there) return -EINVAL;", "at most what is there of them"),
    ("lib/pack/zstd_sequences.c", "execute", "match + WIDE",
     "r->inside ? match > room : literals > room || match > room - literals", "at most the room"),
    ("lib/pack/zstd_table.c", "spread", "at = (at + step) & mask",
     "size = 1u << table->log, mask = size - 1,", "goes round on purpose, below the table's size"),
    ("lib/serload/kermit_packet.c", "kermit_want", "len = LONG_HEAD + KERMIT_UNCHAR(p[3]) * 95 + KERMIT_UNCHAR(p[4])",
     "KERMIT_UNCHAR(p[3]) > SHORT_MAX || KERMIT_UNCHAR(p[4]) > SHORT_MAX", "94 of each at most"),
    ("net/addr.c", "net_parse_ip", "number = number * 10 + (unsigned int)(*text - '0')",
     "*text <= '9' && digits < 3;", "three digits"),
    ("net/tcp.c", "data_input", "t->fin = t->got + (uint32_t)ahead + s->size",
     "s->size > TCP_WINDOW - (uint32_t)ahead", "a window further than what has come, counted in 64 bits"),
    ("net/tcp.c", "input", "(int32_t)(s.seq + s.size - number(t, t->got))",
     "if (s.flags & SYN)", "RFC 9293, 3.4: numbers of bytes go round, their difference is a signed one"),
)

TOKEN = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|\d[\w.]*"""
                   r"""|->|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|[-+*/%&|^]=|\S""", re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.)*", re.M | re.S)
BOUNDS = ("<", ">", "<=", ">=")
# What ends an operand of a bound, on its level.
ENDS = {";", "{", "}", "&&", "||", "?", ":", ",", "=", "==", "!=", "return", "+=", "-=", "case"} | set(BOUNDS)
OPENS, CLOSES = "([{", ")]}"
CONSTANT = re.compile(r"(\d.*|'.*|[A-Z][A-Z0-9_]*|sizeof|u?int\d*_t|size_t|unsigned|int|long)$")
WORDS = re.compile(r"[A-Za-z_]\w*$")
NO_CALL = {"if", "while", "for", "switch", "return", "case", "MIN", "MAX", "ALIGN_UP", "ALIGN_DOWN"}


def tokens(text):
    """[(token, line)], without comments and directives."""
    found, line, at = [], 1, 0
    text = DIRECTIVE.sub(lambda m: "\n" * m[0].count("\n"), text)
    for match in TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        if not match[0].startswith(("/*", "//")):
            found.append((match[0], line))
    return found


def functions(toks):
    """(name, its tokens from the name on to the closing brace)"""
    depth = start = 0
    for i, (token, _) in enumerate(toks):
        if token == "{":
            if not depth and i and toks[i - 1][0] == ")":
                start = opening(toks, i - 1)
            depth += 1
        elif token == "}":
            depth -= 1
            if not depth and start:
                yield toks[start - 1][0], toks[start - 1:i + 1]
                start = 0


def opening(toks, at):
    """The bracket that the one at @at closes."""
    depth = 0
    while at >= 0:
        depth += (toks[at][0] in CLOSES) - (toks[at][0] in OPENS)
        if not depth:
            return at
        at -= 1
    return 0


def operand(toks, at, step):
    """The indices from beside the operator at @at to where its operand ends."""
    depth, i = 0, at + step
    while 0 <= i < len(toks):
        token = toks[i][0]
        inner, outer = (OPENS, CLOSES) if step > 0 else (CLOSES, OPENS)
        if depth == 0 and (token in ENDS or token in outer):
            break
        depth += (token in inner) - (token in outer)
        i += step
    return (at + 1, i) if step > 0 else (i + 1, at)


def is_call(name):
    return name == "sizeof" or (WORDS.match(name) and name not in NO_CALL and not CONSTANT.match(name))


def flat(part):
    """Without what stands in [] and among the words of calls."""
    left, skip = [], 0
    for i, token in enumerate(part):
        if skip:
            skip += (token in OPENS) - (token in CLOSES)
        elif token == "[" or (token == "(" and i and is_call(part[i - 1])):
            skip = 1
        else:
            left.append(token)
    return left


def terms(part):
    """For each + that adds: how many of its two sides are no constant."""
    for i, token in enumerate(part):
        if token != "+" or not i or part[i - 1] in "+-*/%&|^(<>=,?:":
            continue
        sides = []
        for step in (-1, 1):
            j, depth, side = i + step, 0, []
            inner, outer = (OPENS, CLOSES) if step > 0 else (CLOSES, OPENS)
            while 0 <= j < len(part) and not (depth == 0 and (part[j] in "+-," or part[j] in outer)):
                depth += (part[j] in inner) - (part[j] in outer)
                side.append(part[j])
                j += step
            sides.append(any(WORDS.match(t) and not CONSTANT.match(t) for t in side))
        yield sum(sides)


def text_of(toks):
    return " ".join(token for token, _ in toks)


def made_by_sums(body):
    """{variable: its sum}: of two that are no constants, and no pointer."""
    made = {}
    for i, (token, _) in enumerate(body):
        if token != "=" or not WORDS.match(body[i - 1][0]):
            continue
        first = i - 1
        while body[first - 1][0] in (".", "->"):
            first -= 1 if body[first - 2][0] in "{,;" else 2     # a field of one that is made just now
        if body[first - 1][0] == "const" and body[first - 2][0] == "*":
            continue
        if body[first - 1][0] == "*":
            if WORDS.match(body[first - 2][0]) and body[first - 2][0] != "else":
                continue
            first -= 1
        begin, end = operand(body, i, 1)
        if any(count == 2 for count in terms(flat([t for t, _ in body[begin:end]]))):
            made[text_of(body[first:i])] = (first, text_of(body[first:end]))
    return made


def made_as(part, made):
    """What an operand was made by; None."""
    name = " ".join(part)
    if len(part) > 2 and part[-2] in (".", "->") and name not in made:
        name = ". " + part[-1]
    return name if name in made else None


def sums(body):
    """(index, line, sum) of what must not be."""
    made = made_by_sums(body)
    said = set()
    for i, (token, line) in enumerate(body):
        if token not in BOUNDS:
            continue
        for step in (-1, 1):
            begin, end = operand(body, i, step)
            part = [t for t, _ in body[begin:end]]
            if any(terms(flat(part))):
                yield begin, line, " ".join(part)
                continue
            name = made_as(part, made)
            if name and name not in said:
                said.add(name)
                yield made[name][0], line, made[name][1]


def in_one_form(text):
    return text_of(tokens(text))


def problems(sources, safe=SAFE):
    """Of {path: text}."""
    rows = {(path, function, in_one_form(expression)): (in_one_form(line), False)
            for path, function, expression, line, _ in safe}
    for path, text in sources.items():
        for name, body in functions(tokens(text)):
            for at, line, expression in sums(body):
                row = (path, name, expression)
                if row not in rows:
                    yield f"{path}:{line}: {name}(): a sum in a bound: {expression}"
                    continue
                bound = rows[row][0]
                if bound not in text_of(body[:at]):
                    yield f"{path}:{line}: {name}(): {expression}: not before it any more: {bound}"
                rows[row] = (bound, True)
    for (path, function, expression), (_, there) in rows.items():
        if not there:
            yield f"{path}: {function}() has no {expression} any more: out of SAFE with it"


def main():
    folders = sys.argv[1:] or FOLDERS
    files = sorted(p for f in folders for p in pathlib.Path(f).rglob("*.c"))
    found = list(problems({str(p): p.read_text() for p in files}, SAFE if not sys.argv[1:] else ()))
    for problem in found:
        print(problem, file=sys.stderr)
    if not files:
        sys.exit("check-lengths.py: no sources here")
    print(f"lengths: {len(files)} files, {len(SAFE)} sums that cannot wrap")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
