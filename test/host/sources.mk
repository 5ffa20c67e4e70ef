# Sources without hardware in them: linked into every host test. One line a file, by its owner.
host-y += lib/err.c
host-y += lib/ksyms.c
host-y += lib/num.c
host-y += lib/why.c
host-y += drivers/serial/serial.c
host-y += drivers/serial/pl011.c
host-y += drivers/fwcfg/fwcfg.c
host-y += common/memmap.c
