/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * adversary.h - what the plugin's files share: the plugin interface as far as two of them use it,
 * and memory as devices see it
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- the plugin interface, version 4 ---- */
typedef uint32_t plugin_meminfo;

struct array { /* GLib's GArray and GByteArray begin so */
	char *data;
	unsigned int len;
};

struct plugin_value {
	int type;
	union {
		uint8_t bytes[16];
		uint64_t both[2];
	} data;
};

bool qemu_plugin_mem_is_store(plugin_meminfo info);
struct plugin_value qemu_plugin_mem_get_value(plugin_meminfo info);
unsigned int qemu_plugin_mem_size_shift(plugin_meminfo info);
bool qemu_plugin_read_memory_vaddr(uint64_t va, struct array *data, size_t len);
struct array *g_byte_array_set_size(struct array *array, unsigned int length);

/* ---- adversary.c ---- */
struct insn;

/** buffer - for what QEMU reads; its users hold the plugin's lock */
extern struct array *buffer;

/** value_at() - up to 8 bytes within a line of memory, as far as a CPU has loaded or stored them */
uint64_t value_at(uint64_t pa, unsigned int size);

/** device_reads() - a device reads [@pa, @pa + @size) now */
void device_reads(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size);

/**
 * device_writes() - a device has written [@pa, @pa + @size), now or at any time before
 * @but: but for what is in the line of this address, which was just fetched; NOWHERE: all of it
 */
void device_writes(unsigned int vcpu, const struct insn *insn, uint64_t pa, uint64_t size,
		   uint64_t but);
#define NOWHERE UINT64_MAX

/* ---- devices.c: of QEMU's virt ---- */

/** is_doorbell() - does a store to this register make a device look into memory? */
bool is_doorbell(uint64_t pa);

/** device_register() - a register at @pa was loaded or stored: configuration spaces, and devices */
void device_register(unsigned int vcpu, const struct insn *insn, uint64_t pa, plugin_meminfo info,
		     bool incoherent);

/** device_memory() - a CPU has loaded @value of memory: does that tell it that a device is done? */
void device_memory(unsigned int vcpu, const struct insn *insn, uint64_t va, uint64_t pa,
		   const struct plugin_value *value, unsigned int size);
