/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included by the Makefile before every C file of the target: -fvisibility=hidden covers what a
 * file defines, this covers what it only declares. So no address of ours goes through the GOT and
 * code runs before anything is relocated.
 */
#pragma once
#pragma GCC visibility push(hidden)
