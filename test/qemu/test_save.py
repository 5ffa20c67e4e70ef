# SPDX-License-Identifier: BSD-2-Clause
"""save, mkdir, rm, mv: what Loft writes, fsck.fat and e2fsck judge and mtools and debugfs read."""
import os
import subprocess


ENV = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin", LC_ALL="C.UTF-8")


def sh(text, **kw):
    return subprocess.run(text, shell=True, check=True, env=ENV, capture_output=True, text=True,
                          **kw).stdout


def disk(path):
    return ("-drive", f"if=none,id=d,format=raw,file={path}", "-device",
            "virtio-blk-device,drive=d")


def test_fat(loft, tmp_path):
    img = tmp_path / "fat.img"
    sh(f"mkfs.vfat -C -F 32 -s 1 {img} 36864")
    boot = loft(extra=disk(img))
    boot.run_check("mw.b 48000000 61 3000")
    out = boot.run_check("save virtio 0 48000000 /boot.env 1234")
    assert "4660 bytes written in " in out
    boot.run_check("mkdir virtio 0 /loader")
    boot.run_check("fatmkdir virtio 0 /loader/entries")
    boot.run_check("mv virtio 0 /boot.env '/loader/entries/a long name+3.conf'")
    boot.run_check("mw.b 48000000 62 10")
    boot.run_check("fatwrite virtio 0 48000000 '/loader/entries/a long name+3.conf' 10 1230")
    boot.run_check("mv virtio 0 '/loader/entries/a long name+3.conf' "
                   "'/loader/entries/a long name+2-1.conf'")
    boot.run_check("save virtio 0 48000000 /gone 3000")
    boot.run_check("rm virtio 0 /gone")
    text, rc = boot.code("rm virtio 0 /loader")
    assert rc and "fat: 'loader' is not empty" in text
    text, rc = boot.code("save virtio 0 48000000 /none/x 1")
    assert rc and "no 'none'" in text
    text, rc = boot.code("save virtio 0 1000000000000 /x 1")
    assert rc and "are not all DRAM" in text
    boot.run_check("size virtio 0 '/loader/entries/a long name+2-1.conf'")
    assert "filesize=1240" in boot.run_check("printenv filesize")
    sh(f"fsck.fat -n {img}")
    names = sh(f"mdir -i {img} -b -/ ::/").split("\n")
    assert "::/loader/entries/a long name+2-1.conf" in names
    assert not any("gone" in n or "+3" in n for n in names)
    text = sh(f"mtype -i {img} '::/loader/entries/a long name+2-1.conf'")
    assert text == "a" * 0x1230 + "b" * 0x10


def test_ext4_in_place(loft, tmp_path):
    img = tmp_path / "ext4.img"
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "uboot.env").write_bytes(b"x" * 0x4000)
    (tree / "short").write_bytes(b"x")
    sh(f"truncate -s 32M {img}; mkfs.ext4 -q -d {tree} {img}")
    boot = loft(extra=disk(img))
    boot.run_check("mw.b 48000000 79 4000")
    boot.run_check("save virtio 0 48000000 /uboot.env 4000")
    boot.run_check("mw.b 48000000 7a 4000")
    boot.run_check("ext4write virtio 0 48000000 /uboot.env 8 1003")
    for line, says in (("save virtio 0 48000000 /uboot.env 4001", "keeps its size of 0x4000"),
                       ("save virtio 0 48000000 /new 1", "no files are made"),
                       ("rm virtio 0 /short", "ext4 is only read")):
        text, rc = boot.code(line)
        assert rc and says in text, text
    sh(f"e2fsck -fn {img}")
    sh(f"debugfs -R 'dump /uboot.env {tmp_path}/out' {img}")
    assert (tmp_path / "out").read_bytes() == b"y" * 0x1003 + b"z" * 8 + b"y" * (0x4000 - 0x100b)


def test_read_only(loft, tmp_path):
    img = tmp_path / "fat.img"
    sh(f"mkfs.vfat -C -F 16 -s 1 {img} 8192")
    boot = loft(extra=("-drive", f"if=none,id=d,format=raw,readonly=on,file={img}", "-device",
                       "virtio-blk-device,drive=d"))
    text, rc = boot.code("mkdir virtio 0 /x")
    assert rc and "fat is only read" in text
