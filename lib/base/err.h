/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/**
 * err_name() - the name of an error
 * @err: 0 or a negative error number; the positive number is understood too
 *
 * Return: "ENOMEM" for -ENOMEM, "OK" for 0, "E?" for one which Loft does not use; static storage
 */
const char *err_name(int err);
