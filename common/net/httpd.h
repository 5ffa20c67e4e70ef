/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/** httpd_page - what a browser shows: HTML, with a zero behind it */
extern const char httpd_page[];
