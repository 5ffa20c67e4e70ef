# SPDX-License-Identifier: BSD-2-Clause
"""What must stand between two instructions of a linked image: rules of scripts/check-code.py, by the Arm ARM (DDI 0487).

Each rule starts at an instruction and follows all ways from it, over branches and past calls, until a barrier makes it
good or something comes that relies on it. So each barrier is seen whose absence would let one of these ways through,
in code that no boot here executes, too. ERET, HVC and SMC synchronise as an ISB does (SCTLR_ELx.EOS and EIS are 1).

A rule is a function of (flow, the functions to look at): it yields (pc, what is wrong).
"""
import re

RULED = ("tlbi", "ic", "dc", "msr", "at", "sev", "wfi")
ENDS = ("ret", "eret", "br", "udf", "brk", "hlt")
EXCEPTIONS = ("hvc", "smc")
# What runs at EL3: the registers of the levels below are nobody's there, and its own MMU is off.
EL3 = re.compile(r"monitor_|el3_|set_up_cpu|power$")
# Writes that the rules would find, and why they need nothing behind them.
WITHOUT = {
    # which of its writes an ISB follows a table says; the plugin of test/silicon sees each (EL2_ISB)
    "el2_apply": ("control", "translation", "vectors", "floating point", "levels", "debug"),
    # EL1's, from EL2, for the kernel: the ERET to it synchronises
    "boot_levels": ("floating point", "levels"),
    # single steps count from the ERET that goes back to what is debugged
    "debug_stopped": ("debug",),
    "debug_resume": ("debug",),
    # its callers have the ISB, behind what else they write
    "route": ("debug",),
}


class Flow:
    """Which instruction may come after which."""

    def __init__(self, code, names):
        self.at, self.name = {}, {}
        for start, insns in code.items():
            for insn in insns:
                self.at[insn.pc] = insn
                self.name[insn.pc] = names.get(start, "")
        self.names = names
        drops = [pc for pc, insn in self.at.items() if insn.op == "dc" and insn.args.startswith("ivac")]
        self.ruled = [pc for pc, insn in self.at.items() if insn.op in RULED]      # what a rule can begin at
        some = {self.name[pc] for pc in drops} | {"guarded_copy", *PAST, *OFF}
        self.ruled += [pc for pc, insn in self.at.items() if insn.is_memory() and
                       (self.name[pc] in some or self.name[pc].startswith("code at"))]

    def without(self, pcs, nop):
        """The same with NOPs at some places."""
        answer = Flow({}, self.names)
        answer.at, answer.name = dict(self.at), self.name
        for pc in pcs:
            if pc in answer.at:
                answer.at[pc] = nop(answer.at[pc])
        return answer

    def target(self, insn):
        found = re.search(r"(?:^|[ ,])([0-9a-f]+)$", insn.args)
        return int(found[1], 16) if found else None

    def called(self, insn):
        """The name of a function that is called or, in the tail, gone to."""
        if insn.op not in ("bl", "b"):
            return None
        target = self.target(insn)
        name = self.names.get(target)
        return None if insn.op == "b" and self.name.get(target) == self.name[insn.pc] else name

    def after(self, insn):
        if insn.op in ENDS:
            return []
        if insn.op == "b":
            return [self.target(insn)]
        following = [insn.pc + 4]
        if insn.op.startswith("b.") or insn.op in ("cbz", "cbnz", "tbz", "tbnz"):
            following.append(self.target(insn))
        return following

    def ways(self, insn, judge):
        """Follow all ways from behind @insn; judge() says True (good), None (on), or what is wrong. The first of these."""
        todo, seen = self.after(insn), set()
        while todo:
            pc = todo.pop()
            if pc in seen or pc not in self.at:
                continue
            seen.add(pc)
            answer = judge(self.at[pc])
            if isinstance(answer, str):
                return answer
            if answer is None:
                todo += self.after(self.at[pc])
        return None

    def before(self, insn, judge):
        """The same backwards, in a straight line: what stands there."""
        pc = insn.pc - 4
        while pc in self.at and self.name[pc] == self.name[insn.pc]:
            answer = judge(self.at[pc])
            if answer is not None:
                return answer
            pc -= 4
        return None


def register(insn):
    return insn.args.split(",")[0].strip() if insn.op == "msr" else ""


def read(insn):
    return insn.args.split(",")[1].strip() if insn.op == "mrs" else ""


def is_store(insn):
    return insn.op.startswith("st")


def synchronises(insn, flow):
    return insn.op in ("isb", "eret", *EXCEPTIONS) or flow.called(insn) == "monitor_eret"


def leaves(insn, flow):
    """Goes to code that is not seen from here."""
    if insn.op in ("ret", "br", "blr", "bl"):
        return f"{insn.op} {insn.args}".strip()
    return flow.called(insn)


def maintenance(flow, pcs):
    """TLBI, IC and DC are complete by a DSB, and what was fetched or translated before goes by an ISB."""
    def relies(insn):
        return insn.op in ("isb", "eret", "wfi", "wfe", "sev", *EXCEPTIONS) or leaves(insn, flow) or \
            re.match(r"(sctlr|tcr|ttbr[01]|hcr)_el", register(insn))

    for pc in pcs:
        insn = flow.at[pc]
        if insn.op not in ("tlbi", "ic", "dc") or "zva" in insn.args:
            continue
        el3 = EL3.match(flow.name[pc])

        def completed(b, insn=insn):
            if b.op == "dsb":
                return True
            if relies(b) or (insn.op == "dc" and b.op == "ic") or (insn.op == "tlbi" and b.is_memory()):
                return f"{insn.op} {insn.args}: no DSB before {b.op} {b.args}"
            return None
        wrong = flow.ways(insn, completed)
        if wrong:
            yield pc, wrong
        if insn.op == "dc" or (el3 and insn.op == "tlbi"):
            continue

        def gone(b, insn=insn):
            if synchronises(b, flow):
                return True
            if leaves(b, flow) or register(b).startswith("sctlr_el") or (insn.op == "tlbi" and b.is_memory()):
                return f"{insn.op} {insn.args}: no ISB before {b.op} {b.args}"
            return None
        for end in ends(flow, insn, "dsb"):
            wrong = flow.ways(end, gone)
            if wrong:
                yield pc, wrong


def ends(flow, insn, op):
    """The first instructions @op on the ways from @insn."""
    found = {}

    def judge(b):
        if b.op == op:
            found[b.pc] = b
            return True
        return None
    flow.ways(insn, judge)
    return found.values()


def contexts(flow, pcs):
    """What is written to these registers is in force behind an ISB, and used no sooner."""
    for pc in pcs:
        insn = flow.at[pc]
        if insn.op not in ("msr", "at"):
            continue
        name, el3 = register(insn), bool(EL3.match(flow.name[pc]))
        found = re.match(r"([a-z0-9]+?)(?:_el([123]))?$", name)
        what, level = (found[1], found[2]) if found else ("", None)
        own = level == "3" or not (el3 or (level == "1" and is_beside_el2(flow, insn)))
        if insn.op == "at":
            rule, uses = "translation by AT", lambda b: read(b) == "par_el1"
        elif what == "sctlr" and own:
            rule, uses = "control", lambda b, n=level: b.is_memory() or b.op in ("tlbi", "ic", "dc") or leaves(b, flow) or \
                re.match(rf"(tcr|ttbr[01]|mair|amair)_el{n}", register(b))
        elif what in ("ttbr0", "ttbr1", "tcr", "mair", "amair") and own:
            empty = "vmalle1" if level == "1" else f"alle{level}"
            rule, uses = "translation", lambda b, n=level, e=empty: b.is_memory() or leaves(b, flow) or \
                (b.op == "tlbi" and b.args.startswith(e)) or register(b) == f"sctlr_el{n}"
        elif what == "vbar" and own:
            rule, uses = "vectors", lambda b, n=level: (b.op == "ret" if n == "3" else b.is_memory() or leaves(b, flow))
        elif what in ("cpacr", "cptr") and own:
            rule, uses = "floating point", lambda b: re.search(r"(^|[\s,{\[])[vqdshb]\d+\b", b.args) or \
                (leaves(b, flow) and b.op != "br")
        elif (what, level) in (("hcr", "2"), ("scr", "3")):
            rule, uses = "levels", lambda b, n=level: b.op in ("eret", "wfi", "tlbi") or leaves(b, flow) or re.search(
                r"_el12$|^(cptr|cnthctl)_el2$|^\w+_el1$" if n == "2" else r"_el[12]$", register(b) or read(b))
        elif re.match(r"(mdscr|mdcr|dbg[bw][vc]r\d+)$", what):
            rule, uses = "debug", lambda b: b.op == "ret" or (b.op == "b" and flow.called(b))
        elif name == "far_el1":
            rule, uses = "two names", lambda b: read(b) == "far_el2"
        else:
            continue
        if rule in WITHOUT.get(flow.name[pc], ()):
            continue

        def judge(b, uses=uses, rule=rule, name=name):
            if b.op == "isb" or (synchronises(b, flow) and rule != "levels"):
                return True
            return f"{name or 'at'} ({rule}): no ISB before {b.op} {b.args}" if uses(b) else None
        wrong = flow.ways(insn, judge)
        if wrong:
            yield pc, wrong


def is_beside_el2(flow, insn):
    """EL1's registers written at EL2, for a kernel at EL1: they are out of context there."""
    return flow.before(insn, lambda b: True if register(b).endswith("_el2") else False if b.op in ENDS or b.op == "b" else None)


def walks(flow, pcs):
    """TCR and TTBR0 change with an ISB between, while translation is on: a walk that is speculated between the two
    would read by the one what is the other's. It is off where the MMU goes on behind them."""
    def live(b, flow=flow):
        if register(b) == "sctlr_el1":
            return True
        return "on" if b.is_memory() or b.op in ENDS else None

    for pc in pcs:
        insn = flow.at[pc]
        name = register(insn)
        if name not in ("tcr_el1", "ttbr0_el1") or EL3.match(flow.name[pc]) or is_beside_el2(flow, insn):
            continue
        other = {"tcr_el1": "ttbr0_el1", "ttbr0_el1": "tcr_el1"}[name]

        def judge(b, name=name, other=other):
            if synchronises(b, flow):
                return True
            return f"{name}: no ISB before {other} is written" if register(b) == other and flow.ways(b, live) else None
        wrong = flow.ways(insn, judge)
        if wrong:
            yield pc, wrong


def events(flow, pcs):
    """Who is woken by SEV sees what was stored before, by a DSB; WFI that one comes back from stands behind one, too."""
    for pc in pcs:
        insn = flow.at[pc]
        following = flow.at.get(pc + 4)
        parks = following and following.op == "b" and flow.target(following) <= pc
        if insn.op == "sev" or (insn.op == "wfi" and not parks):
            before = flow.before(insn, lambda b: b.op if b.op == "dsb" or is_store(b) or b.op == "bl" else None)
            if before != "dsb":
                yield pc, f"no DSB before {insn.op}"


# With the MMU off stores go to memory: these calls drop lines over what these functions stored
PAST = {"vectors": ("cache_inval_poc",)}
# A machine that is switched off by a store
OFF = ("power",)


def lines(flow, pcs):
    """A store past the cache is there before lines over it are dropped; guarded_copy()'s abort comes inside it; a frame
    that a resident page stored has reached memory (DSB SY) before Loft looks, and what switches a machine off the
    device before the CPU sleeps."""
    for pc in pcs:
        insn = flow.at[pc]
        name = flow.name[pc]
        guarded = name == "guarded_copy" and insn.is_memory()
        if not is_store(insn) and not guarded:
            continue

        def judge(b, guarded=guarded, name=name, insn=insn):
            if b.op == "dsb":
                return True
            if guarded:
                return f"{insn.op}: no DSB before its abort can be taken elsewhere" if b.op == "ret" else None
            if name in OFF:
                return f"{insn.op} {insn.args}: no DSB before {b.op}" if b.op == "wfi" else None
            if b.op == "dmb":
                return True
            if (b.op == "dc" and b.args.startswith("ivac")) or flow.called(b) in PAST.get(name, ()):
                return f"{insn.op} {insn.args}: no barrier before a line is dropped"
            return True if b.op == "bl" else None

        def goes_on(b, insn=insn):
            if b.op == "dsb" and b.args == "sy":
                return True
            return f"{insn.op} {insn.args}: no DSB SY before Loft goes on" if b.op == "br" and b.args == "x7" else None
        wrong = flow.ways(insn, judge) or (name.startswith("code at") and flow.ways(insn, goes_on))
        if wrong:
            yield pc, wrong


def findings(flow):
    for name, rule in RULES.items():
        for pc, what in rule(flow, flow.ruled):
            yield pc, f"{name}: {what}"


RULES = {"maintenance complete": maintenance, "in force before use": contexts, "speculative walks": walks,
         "seen when woken": events, "stores before lines": lines}
