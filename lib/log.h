/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdio.h>

/*
 * One line per fact: log_info("bank 0x%016llx, %llu MiB", ...); no newline in fmt.
 *
 * A file says who speaks before it includes this header:  #define LOG_NAME "map"
 * and may raise its own threshold while it is debugged:   #define LOG_LOCAL LOG_DEBUG
 * The threshold is tested in C so that silenced lines are still type-checked.
 */
enum log_level { LOG_ERR, LOG_WARN, LOG_INFO, LOG_DEBUG };

#ifndef LOG_NAME
#define LOG_NAME "loft"
#endif
#ifndef LOG_LOCAL
#define LOG_LOCAL CONFIG_LOG_LEVEL
#endif

#define LOG_LINE_(level, prefix, fmt, ...)                                         \
	do {                                                                       \
		if ((int)(level) <= (int)(LOG_LOCAL))                              \
			printf(prefix LOG_NAME ": " fmt "\n", ##__VA_ARGS__);      \
	} while (0)

#define log_err(fmt, ...)   LOG_LINE_(LOG_ERR, "error: ", fmt, ##__VA_ARGS__)
#define log_warn(fmt, ...)  LOG_LINE_(LOG_WARN, "warning: ", fmt, ##__VA_ARGS__)
#define log_info(fmt, ...)  LOG_LINE_(LOG_INFO, "", fmt, ##__VA_ARGS__)
#define log_debug(fmt, ...) LOG_LINE_(LOG_DEBUG, "debug: ", fmt, ##__VA_ARGS__)
