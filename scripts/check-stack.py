#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""check-stack.py [-v] OUT CROSS_COMPILE OBJECT... -- CLANG FLAGS...: no chain of calls is deeper than its stack.

Frames are read from the image's own instructions, so that the libraries and the assembly count, too (-fstack-usage knows
neither). Direct calls are the image's; an indirect one may lead to any function whose address is taken and that has the
type it is called by: types from clang's IR of the same sources. A recursion has to be named below, with its bound.
-v shows the deepest chain of each stack.
"""
import collections
import concurrent.futures
import os
import re
import subprocess
import sys

# stack: (its bytes, the functions that begin it, calls that leave it for another one)
STACKS = {
    "MMU off": ("EARLY_STACK_MMU_OFF", ["early_map"], []),
    "early": ("0x3000", ["early_main"], []),
    "home": ("73728", ["loft_main"], ["kernel_fault"]),
    "faults": ("16384", ["exception_entry", "kernel_fault"], ["shell_loop"]),
    "monitor": ("MONITOR_STACK_SIZE", ["el3_boot", "el3_secondary", "monitor_smc", "monitor_unexpected"], []),
}
# They do not come back: what is on the stack then does not matter, another one is used.
LEAVE = ["__stack_chk_fail"]
# What is on a stack before its first function is called: registers that assembly saved.
BELOW = {"faults": 336 + 528, "monitor": 160}

# Functions that call each other in a circle: where it is counted, how often it can be on the stack, and what bounds it.
# Of circles in each other the outermost comes first. ALL: so often in all, and not for each turn of an outer circle.
EACH, ALL = False, True
RECURSIONS = [
    ("shell_run_boot", 2, ALL, "SHELL_BOOTS_MAX: a boot's text that boots again"),
    ("sh_run", 16, ALL, "SH_NEST_MAX: texts in each other"),
    ("cmd_execute", 2, EACH, "of one text: time runs a command, which is not time"),
    ("sh_exec_list", 49, ALL, "SH_BLOCKS_MAX: blocks in each other, of all texts"),
    ("sh_parse_list", 25, EACH, "SH_LEVELS_MAX"),
    ("sh_scan_value", 16, EACH, "SH_VALUES_MAX: ${ with a : in each other"),
    ("transfer_all", 2, EACH, "a blkmap, whose pieces are of disks that are none: blkmap_map_disk()"),
    ("blk_flush", 2, EACH, "as transfer_all"),
    ("btrfs_chunk", 2, EACH, "of the tree of chunks only those that the superblock has are looked for"),
    ("fdt_path_offset", 2, EACH, "an alias, then a path: fdt_node_at() takes no alias of an alias"),
]
# What the type leaves open: (functions that call, type): where it goes; each "name" or "source:name".
ONLY = [
    (["op_putc", "op_write", "write_sbsa"], "void ()", ["pull"]),
    (["poll"], "void ()", ["common/gdb/gdb.c:poll"]),
    (["disk_scan"], "void ()", ["scan"]),
    (["shell_loop", "read_and_run"], "void ()", ["again"]),
    (["do_exception"], "void ()", []),              # faults: another stack
    (["console_ctrlc"], "i1 ()", ["autoboot_locked"]),
    (["lineedit_emit", "lineedit_insert", "put_text", "put"], "void (i8*, i8*, i64)", ["emit"]),
    (["kermit_step", "kermit_reply", "cancel", "lib/serload/xymodem.c:send"], "void (i8*, i8*, i64)", ["host_send"]),
    (["send_arp", "net_ip_send", "net_input", "nd_send", "net/ip6.c:send", "na_input", "net_answer"], "void (i8*, i8*, i64)",
     ["common/net/netif.c:send"]),
    (["mem_visit"], "void (i8*, i8*, i64)", ["add"]),
    (["put_data", "srec_step", "xymodem_step"], "i32 (i8*, i64, i8*, i64, %struct.why*)", ["host_data", "host_record"]),
    (["set_guid"], "void (i8*, i8*)", ["cmd/gpt.c:chosen"]),
    (["set_guid"], "void (i8*)", ["cmd/gpt.c:random_bytes"]),
    (["give", "input"], "i32 (i8*, i64, i8*, i64, %struct.why*)", ["take"]),
    (["open_file"], "i32 (i8*, i8*, i64, %struct.why*)", ["host_begin"]),
    (["complete_files"], "void (%struct.complete*)", ["offer"]),
    (["each_page"], "i32 (i64, i8*, i64)", ["read_page", "write_page"]),
    (["stream_early"], "i1 (i8*, i64, i8*, i64)", ["early"]),
    (["fs_read"], "i32 (%struct.fs*, %struct.fs_node*, i64, i8*, i64)", ["iso_unpack", "sqfs_unpack", "erofs_unpack", "btrfs_unpack", "ext4_unpack"]),
    (["netif_http"], "i32 (i8*, i8*, i64, %struct.why*)", ["check"]),
    (["run"], "i32 (i8*, i64, i8*, i64)", ["net/http.c:stream_data"]),     # of net/tls.c: what was in the records
    (["requested"], "void (i8*, i8*)", ["common/net/httpd.c:status"]),
    (["begin_file"], "i32 (i8*, i8*, i64, %struct.why*)", ["common/net/httpd.c:begin"]),
    (["input"], "void (%struct.net_handler*, %struct.net*, %struct.net_packet*)", ["net/tcp.c:input"]),    # of httpd: its connection's
    *((["start_chain", "start_cert", "append", "end_cert", "end_chain", "get_pkey"], t, ["br_x509_minimal_vtable"]) for t in (
        "void (%struct.br_x509_class_**, i8*)", "void (%struct.br_x509_class_**, i32)", "void (%struct.br_x509_class_**, i8*, i64)",
        "void (%struct.br_x509_class_**)", "i32 (%struct.br_x509_class_**)", "%struct.br_x509_pkey* (%struct.br_x509_class_**, i32*)")),
]
# Assembly and libraries call through registers, too; where to is said by ONLY, THROUGH, or here.
WITHOUT_TYPE = {
    "__i_vfprintf": "THROUGH",
    "mmu_off_call": "a program, which gets what is left of the stack",
}
# BearSSL's calls: through its tables, of which each is a list of functions, or to what net/tls.c and net/tls_trust.c name to it.
# [(functions that call, tables, functions)]; where both are empty the call is never made, and the third word says why.
HASHES = [f"br_{h}_vtable" for h in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")]
CURVES = ["br_ec_prime_i31", "br_ec_p256_m31", "br_ec_c25519_m31"]     # of which br_ec_all_m31 chooses one, and calls that
SIGNATURES = ["br_rsa_i31_pkcs1_vrfy", "br_ecdsa_i31_vrfy_asn1"]
PRFS = ["br_tls12_sha256_prf", "br_tls12_sha384_prf"]
LIBRARY = [
    (["br_hmac_init", "br_hmac_key_init", "br_hmac_update", "br_hmac_out", "process_key", "br_multihash_init", "br_multihash_update",
      "br_multihash_out", "hash_dn"], HASHES, []),
    (["br_x509_minimal_run"], HASHES, []),
    (["verify_signature"], [], SIGNATURES),
    ([f"api_{f}" for f in ("mul", "mulgen", "muladd", "generator", "order", "xoff")], CURVES, []),
    (["br_ecdsa_i31_vrfy_raw"], ["br_ec_all_m31"], []),
    (["br_ssl_engine_init_rand"], ["br_hmac_drbg_vtable"], []),
    (["br_ssl_engine_compute_master", "compute_key_block"], [], PRFS),
    (["br_ssl_hs_client_run"], ["tls_checker", "br_hmac_drbg_vtable", *HASHES, "br_ec_all_m31"], [*SIGNATURES, *PRFS]),
    (["br_ssl_engine_hs_reset", "jump_handshake"], [], ["br_ssl_hs_client_run"]),
    (["br_ssl_engine_recvrec_ack", "br_ssl_engine_switch_gcm_in", "br_ssl_engine_switch_chapol_in"],
     ["br_sslrec_in_chapol_vtable", "br_sslrec_in_gcm_vtable"], []),
    (["make_ready_out", "sendpld_flush", "br_ssl_engine_switch_gcm_out", "br_ssl_engine_switch_chapol_out"],
     ["br_sslrec_out_chapol_vtable", "br_sslrec_out_gcm_vtable", "br_sslrec_out_clear_vtable"], []),
    (["do_ctr", "do_tag", "gen_gcm_init"], ["br_aes_ct64_ctr_vtable"], ["br_ghash_ctmul64"]),
    (["gen_chapol_process"], [], ["br_poly1305_ctmulq_run"]),
    (["br_poly1305_ctmulq_run"], [], ["br_chacha20_ct_run"]),
    (["br_pem_decoder_run"], [], ["push"]),
    (["br_x509_decoder_run"], [], ["take_name"]),
    (["br_ssl_engine_switch_cbc_in", "br_ssl_engine_switch_cbc_out", "br_ssl_engine_switch_ccm_in", "br_ssl_engine_switch_ccm_out"],
     [], []),        # net/tls.c names no suite with CBC or CCM
]
# What a type allows and never happens: (functions that call, functions that are not called, why).
NEVER = [
    (["candidates"], ["candidates"], "of the word's command, not of itself"),
    (["check_key"], ["boot"], "with keys: what was signed is hashed and told of, not booted"),
]
# The commands that stand in the console's table alone, and in none of a command's own words: cmd_run_sub() calls none of them.
COMMANDS = "the console's commands"
# Who runs a command by words of its own making, and which: those run no further one.
OWN_WORDS = [
    (["cycle", "do_mdc", "do_mwc"], ["do_md", "do_mw"]),
    (["cmd/mmc.c:parts", "cmd/mmc.c:do_mmc", "cmd/disk.c:part", "disk_command"], ["do_part"]),
]
# A library's function that calls back: (it, who gave it what to call, that).
THROUGH = [("__i_vfprintf", "vprintf", "stdout_put")]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def read_tables(cross, elf, functions):
    """name: the functions that an object of the image points to, by its relocations."""
    pointers = {}
    for line in run(f"{cross}readelf", "-rW", elf).splitlines():
        words = line.split()
        if len(words) == 4 and words[2] == "R_AARCH64_RELATIVE":
            pointers[int(words[0], 16)] = int(words[3], 16)
    wanted = {name for _, tables, _ in LIBRARY for name in tables}
    out, commands, entries = {}, set(), set()
    for line in run(f"{cross}nm", "-S", elf).splitlines():
        words = line.split()
        at, size = (int(words[0], 16), int(words[1], 16)) if len(words) == 4 else (0, 0)
        if words[-1] in wanted and size:
            out[words[-1]] = {pointers.get(a) for a in range(at, at + size, 8)} & functions.keys()
        if words[-1].startswith("cmd_table_"):
            commands.add(pointers[at])
        elif words[-1].startswith("cmd_"):
            entries.update((a, at) for a in range(at, at + size, 8))
    inside = {a for a, entry in entries if entry in commands}
    out[COMMANDS] = {pointers.get(a) for a in inside} & functions.keys()
    out[COMMANDS] -= {to for a, to in pointers.items() if a not in inside}
    return out


def library_calls(functions, tables):
    """Calls of LIBRARY are put in; its callers, whose calls through registers are all explained."""
    by_name, callers = collections.defaultdict(set), set()
    for f in functions.values():
        by_name[f.name].add(f.address)
    for names, objects, called in LIBRARY:
        targets = set().union(*(tables.get(o, set()) for o in objects), *(by_name[c] for c in called))
        for f in (functions[a] for name in names for a in by_name[name]):
            if any(is_call for _, is_call in f.indirect):
                f.calls |= targets
            callers.add(f.name)
    return callers


# ---- the image: functions, frames, direct calls, where it calls through a register

class Function:
    def __init__(self, address, symbol):
        self.address, self.symbol, self.name = address, symbol, symbol.split(".")[0]
        self.source, self.frame, self.calls, self.indirect, self.held = None, 0, set(), [], set()


INSTRUCTION = re.compile(r"^\s+([0-9a-f]+):\t(\S+)\s*(.*)$")
TARGET = re.compile(r"\b([0-9a-f]+) <[^>+]+>$")


def read_image(cross, elf):
    functions, now, x12, got = {}, None, 0, {}
    for line in run(f"{cross}objdump", "-s", "-j", ".got", elf).splitlines():
        found = re.match(r"^ ([0-9a-f]+) ((?:[0-9a-f]{8} ){2,4})", line)
        raw = bytes.fromhex(found[2].replace(" ", "")) if found else b""
        for i in range(0, len(raw), 8):
            got[int(found[1], 16) + i] = int.from_bytes(raw[i:i + 8], "little")
    for line in run(f"{cross}objdump", "-d", "--no-show-raw-insn", elf).splitlines():
        head = re.match(r"^([0-9a-f]+) <(.+)>:$", line)
        if head:
            now = functions[int(head[1], 16)] = Function(int(head[1], 16), head[2])
            held = {}           # registers that hold a function's address
            continue
        found = INSTRUCTION.match(line)
        if not found or not now:
            continue
        address, op, args = int(found[1], 16), found[2], found[3]
        target = TARGET.search(args)
        if target and (op in ("bl", "b") or op.startswith("b.")):
            now.calls.add(int(target[1], 16))
        elif op == "ldr" and re.match(r"x\d+, [0-9a-f]+ <", args):
            held[args.split(",")[0]] = got.get(int(args.split()[1], 16))
            now.held.add(held[args.split(",")[0]])
        elif op == "adr" and target:
            held[args.split(",")[0]] = int(target[1], 16)
        elif op == "blr" and held.get(args):
            now.calls.add(held[args])
        elif op in ("blr", "br"):       # x16: as the last thing of a function; others are tables of switch
            now.indirect.append((address, op == "blr" or args == "x16"))
        constant = re.match(r"x12, #(0x[0-9a-f]+|\d+)", args)
        if op in ("mov", "movk") and constant:
            shift = int(args.rsplit("#", 1)[1]) if "lsl" in args else 0
            x12 = (x12 if op == "movk" else 0) | int(constant[1], 0) << shift
        grows = re.match(r"sp, sp, #(0x[0-9a-f]+|\d+)(, lsl #12)?", args)
        if op == "sub" and grows:
            now.frame += int(grows[1], 0) << (12 if grows[2] else 0)
        elif op == "sub" and args.startswith("sp, sp, x12"):
            now.frame += x12
        elif op == "sub" and args.startswith("sp, sp, x"):
            sys.exit(f"check-stack: {now.symbol} takes stack by {args}: not a constant")
        pushes = re.search(r"\[sp, #-(\d+)\]!", args)
        if pushes:
            now.frame += int(pushes[1])
    for f in functions.values():
        f.calls = {c for c in f.calls if c in functions and c != f.address}
        f.held &= functions.keys()
    return functions


def places(cross, elf, addresses, inline):
    """What source, and which of its functions, each address comes from; innermost of those inlined."""
    text = subprocess.run([f"{cross}addr2line", "-a", "-f", *(["-i"] if inline else []), "-e", elf],
                          input="\n".join(map(hex, addresses)), capture_output=True, text=True, check=True).stdout
    answer, now = {}, None
    lines = text.splitlines()
    while lines:
        line = lines.pop(0)
        if line.startswith("0x"):
            now = int(line, 16)
            continue
        file = lines.pop(0).rsplit(":", 1)[0]
        answer.setdefault(now, (line, file))
    return answer


# ---- the sources: who is called by which type, and whose address is taken

CALL = re.compile(r"(?:call|invoke)\b([^@%(]*(?:%[\w.\"]+\**)?[^@%(]*)(\([^@]*\)\**)? ?([@%][\w.\"$]+)\(")
ATTRIBUTES = re.compile(r"\b(noundef|signext|zeroext|nonnull|noalias|nocapture|readonly|writeonly|returned|immarg|"
                        r"align \d+|dereferenceable(_or_null)?\(\d+\)|byval\([^)]*\)|sret\([^)]*\)|fastcc|ccc|tail|musttail|"
                        r"notail|internal|dso_local|hidden|protected|default|linkonce_odr|available_externally)\b ?")


def split_arguments(text):
    """The arguments at the beginning of @text, which is behind an opening parenthesis."""
    depth, now, out = 0, "", []
    for c in text:
        if c in "([{<":
            depth += 1
        elif c in ")]}>":
            if depth == 0:
                break
            depth -= 1
        if c == "," and depth == 0:
            out.append(now)
            now = ""
        else:
            now += c
    return out + [now] if now.strip() else out


def type_of(argument):
    """'i8* noundef %3' -> 'i8*'; a function pointer's parentheses are of the type."""
    text = ATTRIBUTES.sub("", argument).strip()
    found = re.match(r"(?:(?:\{[^}]*\}|<[^>]*>|\[[^\]]*\]|[%\w.\"]+)(?: \([^@]*?\)\*+)?\**)", text)
    return re.sub(r"\.\d+(?=[* ,)]|$)", "", found[0].strip()) if found else text


def signature(result, arguments):
    return f"{type_of(result)} ({', '.join(type_of(a) for a in arguments)})"


class Source:
    def __init__(self):
        self.types, self.taken, self.indirect, self.direct = {}, set(), {}, {}


def read_ir(text):
    source, now = Source(), None
    for line in text.splitlines():
        define = re.match(r"^(define|declare) (.*?)@([\w.$]+)\((.*)$", line)
        callee = None
        if define:
            source.types[define[3]] = signature(define[2], split_arguments(define[4]))
            if define[1] == "define":
                now = define[3]
                source.indirect[now], source.direct[now] = set(), set()
            continue
        if line.startswith(("!", "attributes", "source_filename", "target")):
            continue
        call = re.search(r"\bcall (.*)$", line)
        if call and " asm " not in line:
            head = re.match(r"(.*?)(?:\((?:[^()@%]|%[\w.]+|\([^()]*\))*(?:, )?(?:\.\.\.)?\) )?([@%][\w.$]+)\((.*)$", call[1])
            if head:
                callee = head[2]
                if callee[0] == "%" and now:
                    source.indirect[now].add(signature(head[1], split_arguments(head[3])))
                elif now:
                    source.direct[now].add(callee[1:])
        for name in re.findall(r"@([\w.$]+)", line):
            if callee != "@" + name or line.count("@" + name) > 1:
                source.taken.add(name)
    return source


def read_sources(files, clang):
    def one(file):
        return file, read_ir(subprocess.run([*clang, "-w", "-O0", "-g0", "-S", "-emit-llvm", "-o", "-", file],
                                            capture_output=True, text=True, check=True).stdout)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(pool.map(one, files))


# ---- both together

def connect(functions, sources, cross, elf):
    """Sources of the functions; then targets of the indirect calls. Yields the calls that nothing explains."""
    def known(path):
        return next((s for s in by_base[os.path.basename(path)] if path.endswith("/" + s) or path == s), None)

    by_base = collections.defaultdict(list)
    for file in sources:
        by_base[os.path.basename(file)].append(file)
    starts = places(cross, elf, list(functions), False)
    sites = places(cross, elf, [a for f in functions.values() for a, _ in f.indirect], True)
    by_name = collections.defaultdict(list)
    for f in functions.values():
        # a function that begins with an inlined one is still its own source's: its symbol's name is what counts
        f.source = known(starts.get(f.address, ("", ""))[1])
        by_name[f.name].append(f)
    outer = places_of_sources(functions, sources, by_name)
    taken = collections.defaultdict(set)
    for file, source in sources.items():
        for name in source.taken:
            for f in by_name[name]:
                home = outer[f.address]
                if home and name in sources[home].types and (home == file or name not in source.indirect):
                    taken[sources[home].types[name]].add(f.address)
    for library, giver, target in THROUGH:
        for f in by_name[giver]:
            f.frame += by_name[library][0].frame
            f.calls |= {t.address for t in by_name[target]}
    execute = {f.address: f.frame for f in by_name["cmd_execute"]}
    for callers, commands in OWN_WORDS:
        for f in functions.values():
            if is_among(f, callers) and f.calls & execute.keys():
                f.frame += max(execute.values())
                f.calls = (f.calls - execute.keys()) | {c.address for name in commands for c in by_name[name]}
    tables = read_tables(cross, elf, functions)
    explained = library_calls(functions, tables)
    begin = {name for _, roots, _ in STACKS.values() for name in roots}
    for t in taken:
        taken[t] = {a for a in taken[t] if functions[a].name not in begin}
    for f in functions.values():
        if f.name in LEAVE:
            f.calls = set()
            continue
        for site, is_call in f.indirect:
            inner, home = sites.get(site, ("", ""))[0], outer[f.address]
            if home:
                types = sources[home].indirect.get(inner, set()) or sources[home].indirect.get(f.name, set())
            else:
                types = set()
            targets = set().union(*(allowed(functions, f, t, taken[t], tables) for t in types))
            f.calls |= targets
            if not home and f.name in explained:
                continue
            if is_call and not types and f.held:     # in a register that was kept on the stack meanwhile
                f.calls |= f.held
            elif is_call and not types and f.name not in WITHOUT_TYPE:
                yield f, site, {"through a register"}
            elif types and not targets and not any(is_among(f, callers) and set(types) == {t} for callers, t, _ in ONLY):
                yield f, site, types


def is_among(function, names):
    return function.name in names or f"{function.source}:{function.name}" in names


def allowed(functions, caller, kind, targets, libraries):
    never = {name for callers, names, _ in NEVER if caller.name in callers for name in names}
    targets = {a for a in targets if functions[a].name not in never}
    if caller.name == "cmd_run_sub":    # a command with words of its own is in no other's table
        targets = {a for a in targets - libraries[COMMANDS] if caller.address not in functions[a].calls}
    for callers, t, names in ONLY:
        if t == kind and is_among(caller, callers):
            return {a for a in targets if is_among(functions[a], names)} | \
                set().union(*(libraries[name] for name in names if name in libraries))
    return targets


def places_of_sources(functions, sources, by_name):
    """The source that defines each function of ours."""
    answer = {}
    for f in functions.values():
        homes = [s for s, source in sources.items() if f.name in source.indirect]
        answer[f.address] = f.source if f.source in homes else homes[0] if len(homes) == 1 else None
    return answer


def components(nodes, calls):
    """Tarjan's, of the graph among @nodes: callees come before their callers."""
    index, low, stack, on, out = {}, {}, [], set(), []

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        on.add(v)
        for w in calls[v]:
            if w not in nodes:
                continue
            if w not in index:
                visit(w)
                low[v] = min(low[v], low[w])
            elif w in on:
                low[v] = min(low[v], index[w])
        if low[v] == index[v]:
            part = []
            while not part or part[-1] != v:
                part.append(stack.pop())
                on.discard(part[-1])
            out.append(part)

    for v in nodes:
        if v not in index:
            visit(v)
    return out


class Depth:
    """The deepest way from each function."""

    def __init__(self, functions):
        self.functions, self.problems, self.following = functions, [], {}
        self.once = {}          # bytes of circles that are counted over all

    def within(self, nodes, calls, end):
        """@end: bytes that come behind a way which ends at a function; None: none ends there. The same for all @nodes."""
        need = {}
        for part in components(nodes, calls):
            inside = set(part)
            beyond = {}
            for a in part:
                ends = [(end[a], None)] if end[a] is not None else []
                ends += [(need[c], c) for c in calls[a] if c in nodes and c not in inside and need[c] is not None]
                beyond[a], self.following[a] = max(ends, key=lambda e: e[0], default=(None, None))
            if len(part) == 1 and part[0] not in calls[part[0]]:
                a, = part
                need[a] = None if beyond[a] is None else beyond[a] + self.functions[a].frame
            else:
                need.update(self.circle(inside, calls, beyond))
        return need

    def circle(self, part, calls, beyond):
        head, times, total = next(((a, times, total) for name, times, total, _ in RECURSIONS for a in part
                                   if self.functions[a].name == name), (None, 1, EACH))
        if head is None:
            names = ", ".join(sorted({self.functions[a].name for a in part}))
            if names not in self.problems:
                self.problems.append(names)
            head = min(part)
        cut = {a: calls[a] - {head} for a in part}
        out = self.within(part, cut, beyond)
        following = {a: self.following[a] for a in part}
        again = self.within(part, cut, {a: 0 if head in calls[a] else None for a in part})
        more = (again[head] or 0) * (times - 1)
        if total:
            self.once[head] = max(self.once.get(head, 0), more)
            more = 0
        whole = None if out[head] is None else out[head] + more
        need = {}
        for a in part:
            ways = [out[a]] if out[a] is not None else []
            if a == head:
                ways = [whole] if whole is not None else []
            elif again[a] is not None and whole is not None:
                ways.append(again[a] + whole)
            need[a] = max(ways, default=None)
        self.following.update(following)
        return need

    def chain(self, need, at):
        out, seen = [], set()
        while at is not None and at not in seen:
            seen.add(at)
            out.append(f"    {need[at]:6} {self.functions[at].symbol} ({self.functions[at].frame})")
            at = self.following[at]
        return out


def reach(functions, begin, gone):
    seen, todo = set(), list(begin)
    while todo:
        a = todo.pop()
        if a not in seen and a not in gone:
            seen.add(a)
            todo += functions[a].calls
    return seen


def main(arguments):
    verbose = arguments[0] == "-v"
    arguments = arguments[verbose:]
    split = arguments.index("--")
    (out, cross, *objects), clang = arguments[:split], arguments[split + 1:]
    elf = f"{out}/loft.elf"
    sys.setrecursionlimit(10000)
    files = [f for f in (os.path.relpath(o, out)[:-2] + ".c" for o in objects) if os.path.exists(f)]
    functions = read_image(cross, elf)
    sources = read_sources(files, clang)
    problems = [f"{f.symbol} at {site:#x} calls {', '.join(sorted(types))}: where to?"
                for f, site, types in connect(functions, sources, cross, elf)]
    layout = dict(re.findall(r"#define\s+(\w+)\s+(0x[0-9a-f]+|\d+)", open("arch/arm64/include/arch/layout.h").read()))
    for name, (size, roots, leave) in STACKS.items():
        size = int(layout.get(size, size), 0)
        begin = [a for a, f in functions.items() if f.name in roots]
        nodes = reach(functions, begin, {a for a, f in functions.items() if f.name in leave})
        depth = Depth(functions)
        need = depth.within(nodes, {a: functions[a].calls & nodes for a in nodes}, dict.fromkeys(nodes, 0))
        problems += [p for p in (f"no bound in RECURSIONS: {names}" for names in depth.problems) if p not in problems]
        if not begin:
            continue
        deepest = max(begin, key=need.get)
        total = need[deepest] + BELOW.get(name, 0) + sum(depth.once.values())
        print(f"{name}: {total} of {size} bytes")
        if total > size:
            problems.append(f"the stack '{name}' has {size} bytes, {functions[deepest].name} may need {total}")
        if verbose or total > size:
            print("\n".join(depth.chain(need, deepest)))
    for p in problems:
        print(f"check-stack: {p}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
