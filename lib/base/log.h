/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdio.h>

#include "lib/base/types.h"

/*
 * One line per fact: log_info("bank 0x%016llx, %llu MiB", ...); no newline in fmt.
 *
 * A file says who speaks before it includes this header:  #define LOG_NAME "map"
 * and may raise its own threshold while it is debugged:   #define LOG_LOCAL LOG_DEBUG
 * The threshold is tested in C so that silenced lines are still type-checked.
 *
 * With CONFIG_LOG lines up to CONFIG_LOG_MAX are there, what is printed is decided at run time, and
 * the rest goes to the ring that dmesg shows; without it CONFIG_LOG_LEVEL decides at build time.
 */
enum log_level { LOG_ERR, LOG_WARN, LOG_INFO, LOG_DEBUG };

#ifndef LOG_NAME
#define LOG_NAME "loft"
#endif
#ifndef LOG_LOCAL
#define LOG_LOCAL CONFIG_LOG_MAX
#endif

/** log_line() - what the macros below end in, with CONFIG_LOG (common/console/log.c) */
void log_line(enum log_level level, const char *module, const char *fmt, ...) __printf(3, 4);

#define LOG_LINE_(level, prefix, fmt, ...)                                         \
	do {                                                                       \
		if ((int)(level) > (int)(LOG_LOCAL))                               \
			;                                                          \
		else if (IS_ENABLED(CONFIG_LOG))                                   \
			log_line(level, LOG_NAME, fmt, ##__VA_ARGS__);             \
		else                                                               \
			printf(prefix LOG_NAME ": " fmt "\n", ##__VA_ARGS__);      \
	} while (0)

#define log_err(fmt, ...)   LOG_LINE_(LOG_ERR, "error: ", fmt, ##__VA_ARGS__)
#define log_warn(fmt, ...)  LOG_LINE_(LOG_WARN, "warning: ", fmt, ##__VA_ARGS__)
#define log_info(fmt, ...)  LOG_LINE_(LOG_INFO, "", fmt, ##__VA_ARGS__)
#define log_debug(fmt, ...) LOG_LINE_(LOG_DEBUG, "debug: ", fmt, ##__VA_ARGS__)
